import { ask, send, type TypedBytes } from './ask.ts';
import { followEvents } from './follow-events.ts';
import * as message from './kiosk-messages.ts';

const at = (path: string): string => `/api/kiosk${path}`;

/** What a visitor presses, beside choosing and the PIN. */
export type Press = 'confirm' | 'agree-to-last-try' | 'back' | 'print' | 'leave' | 'touch';

/** What a visitor asks for. */
export interface Choice {
  readonly session: string;
  readonly category: string;
  readonly tickets: number;
  readonly companions: message.CompanionRule;
}

/** The type of a body that has a PIN in it. */
export const pinType = 'application/vnd.kazasu.pin';

/** All that the kiosk's screen asks of the kiosk. What comes of it arrives with the events. */
export const kioskClient = {
  catalogue: () => ask('GET', at('/catalogue'), message.catalogue),
  apply: (choice: Choice) => send('POST', at('/applications'), choice),
  bind: (code: string) => send('POST', at('/bindings'), { code }),
  press: (visit: number, press: Press) => send('POST', at('/press'), { visit, press }),
  enterPin: (visit: number, pin: TypedBytes) => send('POST', at(`/pin?visit=${visit}`), pin),
  result: (number: string) => ask('POST', at('/results'), message.outcome, { number }),

  /** Follows the visit and what the kiosk can do; answers what ends that. */
  follow: (told: {
    readonly onView: (view: message.View) => void;
    readonly onStanding: (standing: message.Standing) => void;
    readonly onConnection: (connected: boolean) => void;
  }) =>
    followEvents(at('/events'), {
      onConnection: told.onConnection,
      onEvent: (event, data) => {
        if (event === 'view') told.onView(message.view.parse(data));
        if (event === 'standing') told.onStanding(message.standing.parse(data));
      },
      onRefused: () => {
        told.onConnection(false);
      },
    }),
};
