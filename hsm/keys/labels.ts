/** Under which labels the keys lie in a token. They are part of what a token holds: never change one. */
export const KEY_LABELS = {
  terminal: 'kazasu/terminal-key',
  'gate-identity': 'kazasu/gate-identity',
  transport: 'kazasu/transport-key',
  'list-signing': 'kazasu/list-signing-key',
  storage: 'kazasu/storage-key',
  /** Followed by the event's id. */
  event: 'kazasu/event-key/',
} as const;
