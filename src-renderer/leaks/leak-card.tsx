import { Link } from '@tanstack/react-router';
import type { LeakMatch } from '#contract/leaks.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { statusObstacle } from '#renderer/keys/key-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Chip, StatusChip } from '#renderer/ui/chip.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import type { FoundKey } from './found-keys.ts';
import { powerSentence, STATE_WORDS } from './leak-words.ts';
import type { Containment } from './use-contain.ts';
import styles from './leaks.module.css';

interface LeakCardProps {
  readonly match: LeakMatch;
  /** Where the search met it; undefined for a key of another system. */
  readonly found: FoundKey | undefined;
  readonly onContain: (containment: Containment) => void;
}

const TONES = { usable: 'danger', unproven: 'warn', dead: 'plain' } as const;

/** One key that was found: whose it is, what it can do, what it did, and what ends it. */
export function LeakCard({ match, found, onContain }: LeakCardProps) {
  const forbidden = useForbidden();
  const { keyId, name, environment, state, status, secretVersion, secretCount } = match;
  return (
    <li className={styles.card} data-state={state}>
      <div className={styles.cardHead}>
        <Link to="/keys/$keyId" params={{ keyId }} className={styles.plainLink}>
          <KeyRef keyId={keyId} name={name} environment={environment} note={found?.name} />
        </Link>
        <Chip tone={TONES[state]}>{STATE_WORDS[state]}</Chip>
        <StatusChip status={status} />
        {secretVersion !== null && secretCount > 1 && (
          <span className={styles.quiet}>{`secret ${String(secretVersion)} of ${String(secretCount)}`}</span>
        )}
      </div>
      <p>{powerSentence(match)}</p>
      <p className={styles.quiet}>
        {match.limits.length === 0 ? 'No limit. ' : `${match.limits.join(' ')} `}
        {match.lastDay === null
          ? 'What it did is not known while the request log is down. '
          : `${counted(match.lastDay.total, 'request')} in 24 hours, ${counted(match.lastDay.refused, 'refusal')}. `}
        {match.lastUsedAt === null ? (
          'Never used. '
        ) : (
          <>
            Last used <RelativeTime at={match.lastUsedAt} />.{' '}
          </>
        )}
        {`${match.applicationName} of ${match.partnerName}, ${match.contactEmail}.`}
      </p>
      {found !== undefined && <Places found={found} />}
      <div className={styles.buttons}>
        {match.openLeakId !== null && (
          <Link to="/leaks/$leakId" params={{ leakId: match.openLeakId }} className="button-link">
            Open incident
          </Link>
        )}
        <Button
          variant="danger"
          disabledReason={forbidden('keys.revoke') ?? statusObstacle('revoke', match)}
          onClick={() => onContain('revoke')}
        >
          Revoke as leaked…
        </Button>
        <Button
          disabledReason={forbidden('keys.suspend') ?? statusObstacle('suspend', match)}
          onClick={() => onContain('suspend')}
        >
          Suspend…
        </Button>
      </div>
    </li>
  );
}

function Places({ found }: { readonly found: FoundKey }) {
  const hidden = found.placeCount - found.places.length;
  return (
    <p className={styles.places}>
      {found.places.join(' · ')}
      {hidden > 0 && ` and ${counted(hidden, 'more place')}`}
    </p>
  );
}
