import type { Partner } from '#contract/partners.ts';
import { Code } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import styles from './partners.module.css';

/** What to send to somebody who has no recipient key yet. Nothing of it is secret. */
const HOW_TO_ASK = `Hello,

I would like to send you an API key in a file that nobody but you can open. For that I need your age recipient key:

1. Install age, a small free program: https://age-encryption.org
2. Run: age-keygen -o latchkey-identity.txt
3. Send me the line that begins with age1, which it prints. It is public.

Keep the file latchkey-identity.txt to yourself: it opens what I send, with
age -d -i latchkey-identity.txt FILE.age`;

/** The public key of a partner, or how to ask for it. */
export function RecipientKey({ partner }: { readonly partner: Pick<Partner, 'recipientKey'> }) {
  const { recipientKey } = partner;
  if (recipientKey === null) {
    return (
      <span className={styles.recipientKey}>
        None. Ask for it to seal files for this partner.
        <CopyButton text={HOW_TO_ASK} label="Copy how to ask for it" shows="Copy how to ask" />
      </span>
    );
  }
  return (
    <span className={styles.recipientKey}>
      <Code>{recipientKey.length > SHOWN_WHOLE_MAX ? `${recipientKey.slice(0, 40)}…` : recipientKey}</Code>
      <CopyButton text={recipientKey} label="Copy recipient key" />
    </span>
  );
}

/** A post-quantum recipient has two thousand characters. */
const SHOWN_WHOLE_MAX = 80;
