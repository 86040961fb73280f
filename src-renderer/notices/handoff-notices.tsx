import { Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import type { Handoff } from '#contract/handoffs.ts';
import type { KeyId } from '#contract/ids.ts';
import { useHandoffQuestions } from '#renderer/api/handoff-queries.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { ATTENTION_WORDS, CODE_HELD_WORDS } from '#renderer/handoffs/handoff-words.ts';
import { Chip } from '#renderer/ui/chip.tsx';
import styles from './notices.module.css';

interface HandoffNoticesProps {
  /** Only those of one key. */
  readonly keyId?: KeyId;
}

/** Handoffs that somebody should look at, the newest first. Nothing at all while there are none. */
export function HandoffNotices({ keyId }: HandoffNoticesProps) {
  const items = useHandoffQuestions(keyId === undefined ? {} : { keyId }).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className={styles.notices} aria-label="Handoffs to look at">
      <ul>
        {items.map((handoff) => (
          <HandoffNotice key={handoff.id} handoff={handoff} />
        ))}
      </ul>
    </section>
  );
}

function HandoffNotice({ handoff }: { readonly handoff: Handoff }) {
  if (handoff.attention === null && !handoff.isCodeHeld) return null;
  const { word, sentence } =
    handoff.attention === null ? CODE_HELD_WORDS : ATTENTION_WORDS[handoff.attention];
  return (
    <li className={styles.notice}>
      <Chip
        tone={handoff.attention === 'locked_out' ? 'danger' : 'warn'}
        icon={<Send aria-hidden size={12} />}
      >
        {word}
      </Chip>
      <span>
        <Link to="/handoffs" search={{ id: handoff.id }}>
          {handoff.keyName} to {handoff.recipientName}
        </Link>
        : {sentence}
      </span>
      <RelativeTime
        at={handoff.endedAt ?? handoff.revealedAt ?? handoff.createdAt}
        className={styles.at ?? ''}
      />
    </li>
  );
}
