import { createContext } from 'svelte';
import type { Visit } from './visit.svelte.ts';

export const [visit, setVisit] = createContext<Visit>();
