import { Link } from '@tanstack/react-router';
import type { KeyId } from '#contract/ids.ts';
import { useCallersOf } from '#renderer/api/queries.ts';
import { callersSentence } from '#renderer/hygiene/callers-words.ts';
import { sharingSentence } from '#renderer/hygiene/hygiene-words.ts';
import { unusualLines } from '#renderer/hygiene/unusual-words.ts';
import { Chip } from '#renderer/ui/chip.tsx';
import { Fact } from '#renderer/ui/inspector.tsx';
import styles from './key-detail.module.css';

/** The log reads a day of requests for this. */
export const CALLERS_EVERY_MS = 60_000;

/** Whether the key is used as if several had it: its distinct callers beside what is usual for it, with the evidence in words. */
export function KeyCallersFact({ keyId }: { readonly keyId: KeyId }) {
  const query = useCallersOf({ keyIds: [keyId] }, { everyMs: CALLERS_EVERY_MS, keepsPrevious: true });
  const found = query.data?.[0];
  if (found === undefined) {
    return query.error === null ? null : (
      <Fact name="Callers">
        <span className={styles.quiet}>not known while the request log is down</span>
      </Fact>
    );
  }
  const { evidence, isSuspected } = found;
  const unusual = evidence === null ? [] : unusualLines(evidence);
  return (
    <Fact name="Callers">
      <span className={styles.stackedLines} data-sharing={isSuspected ? 'suspected' : 'no'}>
        {isSuspected && (
          <span>
            <Chip tone="warn">Sharing suspected</Chip>
          </span>
        )}
        <span>{evidence === null ? 'none in the last 29 days' : callersSentence(evidence)}</span>
        {isSuspected && evidence !== null && <span>{sharingSentence(evidence)}</span>}
        {unusual.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {(isSuspected || unusual.length > 0) && (
          <>
            <Link to="/keys/$keyId/sharing" params={{ keyId }}>
              Who uses it, and what helps
            </Link>
            <Link to="/keys/$keyId" params={{ keyId }} search={{ tab: 'requests', log: '24h' }}>
              Requests of the last 24 hours
            </Link>
          </>
        )}
      </span>
    </Fact>
  );
}
