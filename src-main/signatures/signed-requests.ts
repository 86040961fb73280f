import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { KeyId } from '#contract/ids.ts';
import type { SignedBy } from '#contract/signed-by.ts';
import { queryOf, signatureBase } from '#main/domain/signature-base.ts';
import type { SignedMessage } from '#main/domain/signature-base.ts';
import { readSignatureInputs, readSignatures } from '#main/domain/signature-fields.ts';
import type { SignatureInput } from '#main/domain/signature-fields.ts';
import { NonceMemory } from './nonce-memory.ts';

/** How long after it was made a signature is good at most, whatever end it names. */
export const SIGNATURE_AGE_MS_MAX = 5 * 60_000;
/** How far a signer's clock may be ahead of ours. */
export const CLOCK_AHEAD_MS_MAX = 5_000;
const NONCE_CHARACTERS_MAX = 128;

/** Who may sign the requests of a key, ready to verify with. */
export interface Signers {
  readonly publicKeys: readonly KeyObject[];
  readonly coversBody: boolean;
}

/** Makes the signers of a key ready. Throws on a public key that is none; none such is stored. */
export function readySigners({ publicKeys, coversBody }: SignedBy): Signers {
  const ready = publicKeys.map((text) => {
    const x = Buffer.from(text, 'base64').toString('base64url');
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  });
  return { publicKeys: ready, coversBody };
}

/** What came with a signed request, and what of it was signed. */
export interface SignedRequest extends SignedMessage {
  /** The field `Signature-Input`. */
  readonly input: string;
  /** The field `Signature`. */
  readonly value: string;
}

/** What becomes of a good signature's nonce: `use` = it is used up; `look` = it must be new and stays so; `paid` = the request was
 *  granted before under the same request id. */
export type NonceUse = 'use' | 'look' | 'paid';

/** Judges signed requests (RFC 9421) of keys that want them.
 *
 *  Only `ed25519`: the signer keeps the private key, we keep the public one, and a stolen API key is of no use without the other.
 *  `hmac-sha256` is not there on purpose. Its secret would have to be known to both sides, and of an API key we keep nothing but a
 *  hash with a pepper, which the caller cannot compute: we would have to store something that signs, and whoever reads the store
 *  could sign.
 *
 *  A signature works once: its nonce is remembered until it ends. What was remembered is lost with the process, so signatures that
 *  an earlier run can have taken are refused: those made before the start, and, since a signer's clock may be ahead, up to
 *  CLOCK_AHEAD_MS_MAX after it. */
export class SignedRequests {
  #startedMs: number;
  readonly #nonces = new NonceMemory();

  /** `startedMs` is when this run began to decide, ms UTC. */
  constructor(startedMs: number) {
    this.#startedMs = startedMs;
  }

  /** An earlier run decided until then, ms UTC: later than this run began, where the clock was set back in between. */
  noteEarlierRun(untilMs: number): void {
    this.#startedMs = Math.max(this.#startedMs, untilMs);
  }

  /** Why a request is not signed as its key wants it, as a sentence; null when it is. Its nonce is used up by that, whatever the
   *  later checks say: what was refused cannot be sent again by whoever saw it. */
  refusal(
    request: SignedRequest | null,
    asked: {
      readonly keyId: KeyId;
      readonly signers: Signers;
      readonly nowMs: number;
      readonly nonceUse: NonceUse;
    },
  ): string | null {
    const { keyId, nowMs, signers } = asked;
    if (request === null) return 'This key wants signed requests, and this one is not signed.';
    const found = findSignature(request, keyId);
    if (typeof found === 'string') return found;
    const { input, signature } = found;
    const uncovered = whyUncovered(input, request, signers);
    if (uncovered !== null) return uncovered;
    const times = this.#timesOf(input, nowMs);
    if (typeof times === 'string') return times;
    const { nonce } = input;
    if (nonce === null || nonce === '' || nonce.length > NONCE_CHARACTERS_MAX) {
      return `The signature has no nonce of 1 to ${String(NONCE_CHARACTERS_MAX)} characters.`;
    }
    const base = signatureBase(input, request);
    if (!base.ok) return base.why;
    const data = Buffer.from(base.text, 'latin1');
    if (!signers.publicKeys.some((publicKey) => verify(null, data, publicKey, signature))) {
      return 'The signature does not fit the request, or is not by a signer of this key.';
    }
    return this.#whyUsed(nonce, { ...asked, endsAtMs: times.endsAtMs });
  }

  /** Lets go of nonces whose signatures have ended; tells how many are left. */
  forgetOld(nowMs: number): number {
    this.#nonces.forgetOld(nowMs);
    return this.#nonces.size;
  }

  #timesOf({ created, expires }: SignatureInput, nowMs: number): { readonly endsAtMs: number } | string {
    if (created === null) return 'The signature does not say when it was made (created).';
    const createdMs = created * 1_000;
    const endsAtMs = Math.min(createdMs + SIGNATURE_AGE_MS_MAX, (expires ?? Infinity) * 1_000);
    if (createdMs > nowMs + CLOCK_AHEAD_MS_MAX) {
      return 'The signature was made in the future: the clock of the signer is wrong.';
    }
    if (nowMs >= endsAtMs) return 'The signature has ended. Sign again.';
    if (createdMs <= this.#startedMs + CLOCK_AHEAD_MS_MAX) {
      return 'The signature was made before this server can know that it is used once. Sign again in some seconds.';
    }
    return { endsAtMs };
  }

  #whyUsed(
    nonce: string,
    asked: {
      readonly keyId: KeyId;
      readonly nowMs: number;
      readonly nonceUse: NonceUse;
      readonly endsAtMs: number;
    },
  ): string | null {
    const { keyId, nonceUse } = asked;
    if (nonceUse === 'paid') return null;
    const outcome =
      nonceUse === 'use'
        ? this.#nonces.use(keyId, nonce, asked)
        : this.#nonces.look(keyId, nonce, asked.endsAtMs);
    if (outcome === 'fresh') return null;
    return outcome === 'seen'
      ? 'The signature was used before: its nonce is known. Sign each request anew.'
      : 'Too many signatures of this key are good at the same time. Let them end sooner (expires).';
  }
}

function findSignature(
  { input: inputField, value }: SignedRequest,
  keyId: KeyId,
): { readonly input: SignatureInput; readonly signature: Buffer } | string {
  const inputs = readSignatureInputs(inputField);
  const signatures = readSignatures(value);
  if (inputs === null || signatures === null) return 'Signature-Input or Signature cannot be read.';
  const ofKey = inputs.filter((input) => input.keyId === keyId);
  const [input] = ofKey;
  if (input === undefined || ofKey.length > 1)
    return 'There is not one signature whose keyid is the id of this key.';
  if (input.algorithm !== null && input.algorithm !== 'ed25519') return 'The signature is not of ed25519.';
  const signature = signatures.get(input.label);
  if (signature === undefined) return `Signature has no ${input.label}, which Signature-Input announces.`;
  return { input, signature: Buffer.from(signature, 'base64') };
}

/** Whatever is not covered could be another's. */
function whyUncovered(
  { components }: SignatureInput,
  request: SignedRequest,
  { coversBody }: Signers,
): string | null {
  const covers = (...names: readonly string[]) => names.some((name) => components.includes(name));
  if (!covers('@method')) return 'The signature does not cover @method.';
  if (!covers('@path', '@target-uri', '@request-target')) return 'The signature does not cover @path.';
  if (queryOf(request).length > 1 && !covers('@query', '@target-uri', '@request-target')) {
    return 'The signature does not cover @query, and the request has one.';
  }
  if (coversBody && !covers('content-digest')) {
    return 'The signature does not cover content-digest, which this key wants.';
  }
  return null;
}
