import { Link } from '@tanstack/react-router';
import type { Handoff } from '#contract/handoffs.ts';
import type { KeySummary } from '#contract/keys.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { HandoffStateChip } from '#renderer/handoffs/handoff-columns.tsx';
import { CHANNEL_WORDS, STATE_WORDS } from '#renderer/handoffs/handoff-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { KeyThere } from './key-steps.tsx';
import type { Onboarding } from './use-onboarding.ts';
import styles from './onboarding.module.css';

interface HandoffThereProps {
  readonly subject: KeySummary;
  readonly handoff: Handoff | null;
  /** It brings the secret to nobody any more, or there is none. */
  readonly isOpen: boolean;
  readonly onHandOff: () => void;
}

/** The handoff of a key that is there, and how to begin another where it failed. */
export function HandoffThere({ subject, handoff, isOpen, onHandOff }: HandoffThereProps) {
  const forbidden = useForbidden()('keys.rotate');
  return (
    <div className={styles.form}>
      <KeyThere subject={subject} />
      {handoff === null ? (
        <p>{isOpen ? 'It was not handed off here.' : 'It was not handed off here, and somebody uses it.'}</p>
      ) : (
        <HandoffFacts handoff={handoff} />
      )}
      {isOpen && (
        <div>
          <Button variant="primary" disabledReason={forbidden} onClick={onHandOff}>
            Hand off a new secret…
          </Button>
        </div>
      )}
    </div>
  );
}

function HandoffFacts({ handoff }: { readonly handoff: Handoff }) {
  const { recipientName, recipientContact, channel, state, expiresAt, createdAt } = handoff;
  return (
    <Facts>
      <Fact name="Handoff">
        <HandoffStateChip handoff={handoff} /> {STATE_WORDS[state].sentence}
      </Fact>
      <Fact name="Recipient">
        {recipientName}
        {recipientContact !== '' && `, ${recipientContact}`}
      </Fact>
      <Fact name="Channel">{CHANNEL_WORDS[channel]}</Fact>
      <Fact name="Prepared">
        <RelativeTime at={createdAt} />
      </Fact>
      {expiresAt !== null && (
        <Fact name="Expected until">
          <AbsoluteTime at={expiresAt} />
        </Fact>
      )}
      <Fact name="Timeline">
        <Link to="/handoffs" search={{ id: handoff.id }}>
          Steps, sending again, withdrawing
        </Link>
      </Fact>
    </Facts>
  );
}

/** Whether the key that was handed off arrived: its first allowed call says so. */
export function UseStep({ onboarding }: { readonly onboarding: Onboarding }) {
  const { key, handoff, done } = onboarding;
  if (key === null || !done.handoff) return <p>The key is not on its way yet.</p>;
  if (!done.use) {
    return (
      <div className={styles.form}>
        <p role="status">
          Waiting for the first allowed call with the new key. It ends the onboarding by itself; you can leave
          this page.
        </p>
        {handoff !== null && <HandoffFacts handoff={handoff} />}
      </div>
    );
  }
  return (
    <p role="status">
      The key is in use
      {key.lastUsedAt !== null && (
        <>
          ; last used <RelativeTime at={key.lastUsedAt} />
        </>
      )}
      .
    </p>
  );
}
