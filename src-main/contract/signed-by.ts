import { z } from 'zod';

/** Public keys of one API key at the same time: one, and a second while it is replaced. */
export const SIGNERS_MAX = 3;

/** The 32 bytes of an Ed25519 public key in base64, or the same as PEM (`openssl pkey -pubout`); kept as base64. */
export const signerKey = z
  .string()
  .max(200)
  .transform((text) => rawKey(text))
  .pipe(
    z
      .string()
      .regex(
        /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
        'Use an Ed25519 public key: PEM, or its 32 bytes in base64.',
      )
      .refine(
        (text) => !WEAK_KEYS.has(text),
        'This public key is none that anybody can keep secret. Make a new pair.',
      ),
  );

/** Requests of a key must be signed by one of these (RFC 9421, ed25519, `keyid` = the id of the key). `coversBody`: the signature must
 *  cover Content-Digest. */
export const signedBy = z
  .strictObject({
    publicKeys: z
      .array(signerKey)
      .min(1, 'Give a public key.')
      .max(SIGNERS_MAX)
      .refine((keys) => new Set(keys).size === keys.length, 'A public key is given twice.')
      .readonly(),
    coversBody: z.boolean().default(false),
  })
  .readonly();
export type SignedBy = z.output<typeof signedBy>;

/** What a service or proxy tells of a signed request. What is absent cannot have been signed. */
export const signatureTold = z
  .strictObject({
    /** The field `Signature-Input`, several joined with a comma. */
    input: z.string(),
    /** The field `Signature`. */
    value: z.string(),
    /** The query string with its question mark, where `path` is without it. */
    query: z.string().optional(),
    /** `https` and the host, as the client used them. */
    scheme: z.string().optional(),
    authority: z.string().optional(),
    /** Other fields that are signed, by lower-case name, such as content-digest. */
    headers: z.record(z.string(), z.string()).readonly().optional(),
  })
  .readonly();
export type SignatureTold = z.output<typeof signatureTold>;

/** What stands before the 32 bytes in the DER form of an Ed25519 public key (RFC 8410): always the same. */
const DER_PREFIX = 'MCowBQYDK2VwAyEA';

function rawKey(text: string): string {
  const bare = text.replaceAll(/-----[A-Z ]+-----/g, '').replaceAll(/\s/g, '');
  return bare.startsWith(DER_PREFIX) && bare.length === DER_PREFIX.length + 44
    ? bare.slice(DER_PREFIX.length)
    : bare;
}

/** Points of small order: signatures by them fit every text. */
const WEAK_KEYS: ReadonlySet<string> = new Set([
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=',
  'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=',
  'JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=',
  'JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/IU=',
  'xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=',
  'xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA/o=',
  '7P///////////////////////////////////////38=',
  '7P////////////////////////////////////////8=',
  '7f///////////////////////////////////////38=',
  '7f////////////////////////////////////////8=',
  '7v///////////////////////////////////////38=',
  '7v////////////////////////////////////////8=',
]);
