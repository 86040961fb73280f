import { quotedText } from './header-text.ts';

const REALM = 'Bearer realm="latchkey"';

/** WWW-Authenticate of a refusal, as RFC 6750 has it; null where the standard has none. `code` is that of the problem body. */
export function challenge(status: number, code: string, detail: string): string | null {
  // Who sent no credential is told how to send one, and nothing else.
  if (code === 'MISSING_KEY') return REALM;
  // The proxy's token is wrong, and not what the client sent.
  if (code.startsWith('SERVICE_TOKEN_')) return REALM;
  if (status === 400) return withError('invalid_request', detail);
  if (status === 401) return withError('invalid_token', detail);
  if (code === 'INSUFFICIENT_SCOPE') return withError('insufficient_scope', detail);
  return null;
}

function withError(error: string, detail: string): string {
  return `${REALM}, error="${error}", error_description=${quotedText(detail)}`;
}
