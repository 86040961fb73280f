/** Version 9: finds the uses of one rate limit window; see batch-windows.ts. */
export const sql = `
CREATE INDEX window_uses_by_window ON window_uses (window_id);
`;
