/** Access requests of the same application, contact or endpoints are found by indexes. */
export const sql = `
-- Short hash of the wanted endpoints; NULL in requests from before it.
ALTER TABLE access_requests ADD COLUMN endpoints_hash TEXT;

CREATE INDEX access_requests_by_application ON access_requests (lower(application));

CREATE INDEX access_requests_by_contact ON access_requests (lower(contact_email));

CREATE INDEX access_requests_by_endpoints ON access_requests (endpoints_hash);
`;
