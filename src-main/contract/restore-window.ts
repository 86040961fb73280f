/** How long a revoked key can be restored (never when the reason was `leaked`). */
export const RESTORE_WINDOW_MS = 10 * 60_000;
