import type { Key } from '#contract/keys.ts';

/** Who must sign the requests of a key, while it is typed: public keys one a line or as PEM; none = nobody. */
export interface SignerDraft {
  readonly publicKeys: string;
  readonly coversBody: boolean;
}

/** Signers as they stand, to be edited. */
export function signerDraftOf({ signedBy }: Pick<Key, 'signedBy'>): SignerDraft {
  return { publicKeys: signedBy?.publicKeys.join('\n') ?? '', coversBody: signedBy?.coversBody ?? false };
}

/** What was typed, in the field of the contract. */
export function typedSigners({ publicKeys, coversBody }: SignerDraft): { readonly signedBy: object | null } {
  const typed = publicKeysOf(publicKeys);
  return { signedBy: typed.length === 0 ? null : { publicKeys: typed, coversBody } };
}

/** The text of a PEM block goes over several lines. */
function publicKeysOf(text: string): readonly string[] {
  const blocks = /-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----/g;
  const bare = text.replace(blocks, '\n').split(/[\s,]+/);
  return [...(text.match(blocks) ?? []), ...bare].map((one) => one.trim()).filter((one) => one !== '');
}
