import { createHash, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A request before it is sent. */
export interface Signable {
  readonly method: string;
  /** Path and query string as they are sent; a whole address will do. */
  readonly url: string;
  /** Signed, too, by its digest. A text counts as UTF-8. */
  readonly body?: string | Uint8Array;
}

/** How a request is signed. */
export interface SignOptions {
  /** Ed25519: `createPrivateKey(readFileSync('signer.pem'))`. Its public half is registered with the API key. */
  readonly privateKey: KeyObject;
  /** The id of the API key: the part before its secret. */
  readonly keyId: string;
  /** How long the signature is good, s; 60 unless told. At most 300 count. */
  readonly lifeS?: number;
  readonly nowMs?: number;
}

/** The headers that sign a request (RFC 9421), for callers of a service whose API key wants that. Sign each request anew: a
 *  signature works once. Covered are method, path, query, and with a body its SHA-256 (`Content-Digest`, RFC 9530). */
export function signatureHeaders(request: Signable, options: SignOptions): Readonly<Record<string, string>> {
  const { privateKey, keyId, lifeS = 60, nowMs = Date.now() } = options;
  const { pathname, search } = new URL(request.url, 'http://relative');
  const digest = request.body === undefined ? null : contentDigest(request.body);
  const covered: (readonly [name: string, value: string])[] = [
    ['@method', request.method.toUpperCase()],
    ['@path', pathname],
    ['@query', search === '' ? '?' : search],
    ...(digest === null ? [] : [['content-digest', digest] as const]),
  ];
  const created = Math.floor(nowMs / 1_000);
  const times = `created=${String(created)};expires=${String(created + lifeS)}`;
  const names = covered.map(([name]) => `"${name}"`).join(' ');
  const nonce = randomBytes(16).toString('base64url');
  const parameters = `(${names});${times};nonce="${nonce}";keyid="${keyId}";alg="ed25519"`;
  const lines = [...covered, ['@signature-params', parameters] as const];
  const base = lines.map(([name, value]) => `"${name}": ${value}`).join('\n');
  return {
    ...(digest === null ? {} : { 'Content-Digest': digest }),
    'Signature-Input': `sig=${parameters}`,
    Signature: `sig=:${sign(null, Buffer.from(base), privateKey).toString('base64')}:`,
  };
}

/** The field Content-Digest of a body: what a service compares with the one that was signed before it trusts the body. */
export function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
