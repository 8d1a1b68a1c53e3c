import { CodedError } from '../../hsm/coded-error.ts';

/** Why an event, or a part of one, cannot be as it was asked to be. */
export type EventErrorCode =
  /** A field is out of form, or two do not fit together; the sentence names each. */
  | 'wrong-field'
  /** A line of the seat map is wrong; the sentence names each. */
  | 'seat-map-wrong'
  | 'name-taken'
  | 'not-found'
  /** Somebody else changed it meanwhile. */
  | 'changed-meanwhile'
  /** The state that it has does not lead to the one that was asked for. */
  | 'wrong-state'
  /** It lacks something without which it cannot be sold. */
  | 'not-ready'
  /** Tickets exist that rest on it. */
  | 'has-tickets';

export class EventError extends CodedError<EventErrorCode> {}
