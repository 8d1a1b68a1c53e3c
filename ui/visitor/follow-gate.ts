import { followEvents } from '../api/follow-events.ts';
import { visitorMessages } from '../api/visitor-messages.ts';
import type { Message } from './scene.ts';

/** Passes on what the gate tells its visitors, and whether the gate can be heard at all. */
export function followGate(onMessage: (message: Message) => void): () => void {
  return followEvents('/api/visitor/events', {
    onEvent: (event, data) => {
      const message = messageOf(event, data);
      if (message !== undefined) onMessage(message);
    },
    onConnection: (connected) => {
      if (!connected) onMessage({ kind: 'lost' });
    },
    onRefused: () => {
      onMessage({ kind: 'lost' });
    },
  });
}

/** A sort of event that this screen does not know is for another one. */
function messageOf(event: string, data: unknown): Message | undefined {
  switch (event) {
    case 'ready':
    case 'holding':
      return { kind: event };
    case 'verdict':
    case 'out-of-order':
      return { kind: event, shown: visitorMessages[event].parse(data) };
    default:
      return undefined;
  }
}
