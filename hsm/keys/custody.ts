/**
 * Whether a new key is `tried` to be read out at once, and destroyed where the token gives it, or the token
 * is `believed`. Believing is for tokens that hold nothing of worth, in trials of other things.
 */
export type Custody = 'tried' | 'believed';
