import { Link } from '@tanstack/react-router';
import type { Partner } from '#contract/partners.ts';
import type { Seal } from '#contract/sealed.ts';
import styles from '#renderer/handoffs/handoffs.module.css';
import { RecipientKey } from '#renderer/partners/recipient-key.tsx';
import textStyles from '#renderer/ui/text.module.css';

interface SealedNoteProps {
  readonly seal: Seal;
  /** undefined while it is fetched. */
  readonly partner: Partner | undefined;
  readonly isRunning: boolean;
  readonly onLeave: () => void;
}

/** What to know about the chosen file: whose key locks it, how to ask for a missing one, or that the words take a moment. */
export function SealedNote({ seal, partner, isRunning, onLeave }: SealedNoteProps) {
  if (seal !== 'recipient_key') {
    return (
      <p className={textStyles.quiet} role="status">
        {isRunning
          ? 'Locking the file… The words are made slow to guess, which takes a second or two.'
          : 'Latchkey makes the eight words and tells them once, apart from the file.'}
      </p>
    );
  }
  if (partner === undefined) return null;
  const { recipientKey, id, name } = partner;
  return (
    <div className={recipientKey === null ? styles.attention : styles.stack}>
      <span>Recipient key of {name}:</span>
      <RecipientKey partner={partner} />
      {recipientKey === null && (
        <Link to="/partners/$partnerId" params={{ partnerId: id }} onClick={onLeave}>
          Enter it on the partner’s page
        </Link>
      )}
    </div>
  );
}
