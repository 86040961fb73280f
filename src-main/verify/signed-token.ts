import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { TOKEN_CHARACTERS_MAX, tokenClaims, type TokenClaims } from '#contract/token-exchange.ts';

/** A token as it was presented: read, and not proved yet. */
export interface SignedToken {
  /** Name of the key that signed it, as it says. */
  readonly kid: string;
  readonly claims: TokenClaims;
  /** What was signed. */
  readonly signedText: string;
  readonly signature: Buffer;
}

/** `{"` in base64url: every token starts with it, and no key of ours does. */
const START = 'eyJ';
/** RFC 9068. */
const TOKEN_TYPE = 'at+jwt';
const header = z.object({ alg: z.literal('ES256'), typ: z.literal(TOKEN_TYPE), kid: z.string().max(64) });
const BASE64URL = /^[0-9A-Za-z_-]+$/;

/** Reads a token (JWS, compact). null for every other text, also for a token of somebody else. Needs no look-up. */
export function readSignedToken(text: string): SignedToken | null {
  if (!text.startsWith(START) || text.length > TOKEN_CHARACTERS_MAX) return null;
  const [head = '', body = '', tail = '', more] = text.split('.');
  if (more !== undefined || ![head, body, tail].every((part) => BASE64URL.test(part))) return null;
  const read = header.safeParse(jsonOf(head));
  const claims = read.success ? tokenClaims.safeParse(jsonOf(body)) : null;
  if (!read.success || claims === null || !claims.success) return null;
  return {
    kid: read.data.kid,
    claims: claims.data,
    signedText: `${head}.${body}`,
    signature: Buffer.from(tail, 'base64url'),
  };
}

/** Writes a token. */
export function writeSignedToken(kid: string, claims: TokenClaims, sign: (text: string) => Buffer): string {
  const signedText = `${partOf({ alg: 'ES256', typ: TOKEN_TYPE, kid })}.${partOf(claims)}`;
  return `${signedText}.${sign(signedText).toString('base64url')}`;
}

function partOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    // No JSON: then it is no token either.
    return null;
  }
}
