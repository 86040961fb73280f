/** Mails to contacts: words of their own, sent as deliveries are. */
export const sql = `
CREATE TABLE letters (
  delivery_id TEXT PRIMARY KEY REFERENCES notice_deliveries (id),
  -- Two letters with the same one are the same: it is sent once. NULL: may be sent again.
  once_key TEXT UNIQUE,
  subject TEXT NOT NULL,
  -- The text, encrypted: it may hold a code or a link. NULL once it was sent, and when it is too old to be sent.
  sealed BLOB
) STRICT, WITHOUT ROWID;
`;
