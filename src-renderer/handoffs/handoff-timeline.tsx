import type { HandoffEvent } from '#contract/handoffs.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { EVENT_WORDS } from './handoff-words.ts';
import styles from './handoffs.module.css';

/** What happened to a handoff, oldest first, with who and from where. */
export function HandoffTimeline({ events }: { readonly events: readonly HandoffEvent[] }) {
  return (
    <ol className={styles.timeline} aria-label="Timeline">
      {events.map((event, index) => (
        // Nothing is ever put between two steps.
        <li key={index}>
          <strong>{EVENT_WORDS[event.kind]}</strong>
          <span className={textStyles.quiet}>
            <AbsoluteTime at={event.at} />
            {event.actorName !== null && ` · by ${event.actorName}`}
            {event.address !== null && ` · from ${event.address}`}
          </span>
          {event.agent !== null && <span className={textStyles.quiet}>{event.agent}</span>}
          {event.detail !== null && <span className={textStyles.quiet}>{event.detail}</span>}
        </li>
      ))}
    </ol>
  );
}
