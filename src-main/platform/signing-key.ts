import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import type { PublicSigningKey } from '#contract/token-exchange.ts';

/** A pair for signatures by ES256, the algorithm that libraries and proxies know best. */
export interface SigningPair {
  readonly publicKey: PublicSigningKey;
  /** As JWK text, with the private part: to be sealed at once. */
  readonly privateText: string;
}

/** Fixed width as JWS wants it, instead of DER. */
const JOSE = { dsaEncoding: 'ieee-p1363' } as const;
const point = z.object({ x: z.string(), y: z.string() });

/** Makes a new pair; its name is the thumbprint of its public part (RFC 7638). */
export function newSigningPair(): SigningPair {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = point.parse(pair.publicKey.export({ format: 'jwk' }));
  // The members that count, in this order.
  const kid = hash('sha256', JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }), 'base64url');
  return {
    publicKey: { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' },
    privateText: JSON.stringify(pair.privateKey.export({ format: 'jwk' })),
  };
}

/** Signs a text: 64 bytes. */
export function signText(privateText: string, text: string): Buffer {
  const key = createPrivateKey({
    key: z.record(z.string(), z.string()).parse(JSON.parse(privateText)),
    format: 'jwk',
  });
  return sign('sha256', Buffer.from(text), { key, ...JOSE });
}

/** A public key, ready to check signatures with. */
export function readPublicKey({ kty, crv, x, y }: PublicSigningKey): KeyObject {
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
}

/** Was this text signed by the private part of `key`? */
export function isSignedBy(key: KeyObject, text: string, signature: Buffer): boolean {
  return verify('sha256', Buffer.from(text), { key, ...JOSE }, signature);
}
