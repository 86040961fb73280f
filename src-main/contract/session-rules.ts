/** Header that every call of a browser session carries beside its cookie. Cookies are shared by all ports of a host, this is not. */
export const CSRF_HEADER = 'x-csrf';
/** Calls with this header (any value) do not count as activity: background refetching must not keep a session alive. */
export const BACKGROUND_HEADER = 'x-background';

export const SESSION_IDLE_MS = 15 * 60_000;
export const SESSION_ABSOLUTE_MS = 12 * 3_600_000;
export const PAIRING_CODE_MS = 60_000;
