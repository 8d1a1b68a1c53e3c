/** How a token is doing: `ready`, `lost` (unplugged, the module failing; it is being looked for), `closed`. */
export type TokenState = 'ready' | 'lost' | 'closed';
