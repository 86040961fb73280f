import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import styles from './bindings.module.css';
import type { SignerDraft } from './signer-draft.ts';

/** Whose signature every request of the key needs, behind a heading of its own: whether it is enforced is said with the bindings. */
export function SignerFields({
  draft,
  onChange,
  error,
  id,
}: {
  readonly draft: SignerDraft;
  readonly onChange: (draft: SignerDraft) => void;
  readonly error: string | undefined;
  readonly id: string;
}) {
  return (
    <Disclosure label="Signed requests" isInUse={draft.publicKeys.trim() !== ''}>
      <div className={styles.part}>
        <TextArea
          id={id}
          label="Public keys of signers"
          isOptional
          isMono
          rows={3}
          placeholder="JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
          help="Ed25519, as PEM or base64, at most three. Then every request must be signed (RFC 9421) with the private key, which the client keeps: a stolen API key is of no use without it. Only observe, first, what would be refused: More conditions. Empty: no signature."
          value={draft.publicKeys}
          onChange={(publicKeys) => onChange({ ...draft, publicKeys })}
          error={error}
        />
        <Checkbox
          label="The signature covers the body"
          help="By Content-Digest, which the service compares with the body."
          isChecked={draft.coversBody}
          onChange={(coversBody) => onChange({ ...draft, coversBody })}
        />
      </div>
    </Disclosure>
  );
}
