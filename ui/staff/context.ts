import { createContext } from 'svelte';
import type { Desk } from './desk.svelte.ts';
import type { Shift } from './shift.svelte.ts';
import type { Toolbox } from './toolbox.svelte.ts';

/** What the parts of the staff's screen share. */
export interface Workplace {
  readonly shift: Shift;
  readonly desk: Desk;
  readonly tools: Toolbox;
}

export const [workplace, setWorkplace] = createContext<Workplace>();
