import type { Shown } from '../api/visitor-messages.ts';

/** What the visitor's screen can say. */
export type Message =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'holding' }
  | { readonly kind: 'verdict'; readonly shown: Shown }
  | { readonly kind: 'out-of-order'; readonly shown: Shown };

/** What it says now, since when, and what it says next, where that waits. */
export interface Scene {
  readonly message: Message;
  readonly since: number;
  readonly next?: Message;
}

export const firstScene: Scene = { message: { kind: 'connecting' }, since: 0 };

/**
 * For how many milliseconds a verdict stays although its card has gone: long enough to read it. A visitor who
 * must do something about it reads more.
 */
const readingTime = { green: 3_500, amber: 6_000, red: 6_000, blue: 3_500, grey: 6_000 } as const;

/**
 * What the screen says once that message has come. A card that is held comes first, always; nothing else takes
 * a verdict from whoever is reading it, but that the gate can no longer be heard.
 */
export function take(scene: Scene, message: Message, now: number): Scene {
  const due = dueAt({ ...scene, next: message });
  const waits = message.kind === 'ready' || message.kind === 'out-of-order' || message.kind === 'connecting';
  if (waits && due !== undefined && now < due) return { ...scene, next: message };
  return { message, since: now };
}

/** When what waits is to be said; `undefined` where nothing waits. */
export function dueAt({ message, since, next }: Scene): number | undefined {
  if (next === undefined) return undefined;
  return message.kind === 'verdict' ? since + readingTime[message.shown.light] : since;
}

/** Says what waited, where its time has come. */
export function settle(scene: Scene, now: number): Scene {
  const due = dueAt(scene);
  if (scene.next === undefined || due === undefined || now < due) return scene;
  return { message: scene.next, since: now };
}
