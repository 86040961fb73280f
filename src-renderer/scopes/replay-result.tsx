import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import type { ReplayChange, ReplayGroup, ReplayResult } from '#contract/replay.ts';
import type { DecisionCode } from '#contract/verify.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { OutcomeChip } from '#renderer/requests/outcome-chip.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { draftWords, replayRemarks, replaySentence } from './replay-words.ts';
import styles from './replay.module.css';

/** What a replay found: counts, what changes by partner, key and endpoint, the requests themselves, and what it cannot know. */
export function ReplayResultView({ result }: { readonly result: ReplayResult }) {
  const { counts, groups, groupCount, changed, notes, from, to, draft, keyIds } = result;
  const changedCount = counts.replayed - counts.same;
  const isOfOne = keyIds.length === 1;
  return (
    <div className={styles.result}>
      <p role="status" className={styles.sentence} data-testid="replay-summary">
        {replaySentence(counts)}
      </p>
      <p className={styles.quiet}>
        What was decided from <AbsoluteTime at={from} /> to <AbsoluteTime at={to} />, held against this draft
        ({draftWords(draft)}).
      </p>
      {replayRemarks(result).map((remark) => (
        <p key={remark} className={styles.quiet}>
          {remark}
        </p>
      ))}
      {groups.length > 0 && (
        <div className={styles.scroll}>
          <PlainTable
            label="What would change"
            columns={isOfOne ? OF_ONE : [WHOSE, ...OF_ONE]}
            rows={groups}
            rowKey={({ keyId, service, method, endpoint, was, now }) =>
              [keyId, service, method, endpoint, was, now].join(' ')
            }
          />
        </div>
      )}
      {groupCount > groups.length && (
        <p className={styles.quiet}>and {counted(groupCount - groups.length, 'more line')}</p>
      )}
      {changed.length > 0 && (
        <Disclosure label={listLabel(changed.length, changedCount)} isInUse={changedCount <= 3}>
          <ul className={styles.requests} aria-label="Requests that would change">
            {changed.map((one) => (
              <ChangedRequest key={one.requestId} change={one} />
            ))}
          </ul>
        </Disclosure>
      )}
      {notes.length > 0 && (
        <ul className={styles.notes} aria-label="What this replay cannot know">
          {notes.map(({ code, text }) => (
            <li key={code}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

const WHOSE: PlainColumn<ReplayGroup> = {
  header: 'Key',
  cell: ({ keyId, keyName, partner }) => (
    <>
      <Link to="/keys/$keyId" params={{ keyId }}>
        {keyName}
      </Link>{' '}
      <span className={styles.quiet}>{partner}</span>
    </>
  ),
};

const OF_ONE: readonly PlainColumn<ReplayGroup>[] = [
  {
    header: 'Endpoint',
    cell: ({ method, endpoint, service }) => (
      <>
        <code>{endpointText(method, endpoint)}</code> <span className={styles.quiet}>{service}</span>
      </>
    ),
  },
  { header: 'Then and now', cell: ({ was, now }) => <ThenAndNow was={was} now={now} /> },
  {
    header: 'Requests',
    align: 'end',
    cell: ({ count: requests, alreadySaved }) => (
      <>
        {count(requests)}
        {alreadySaved > 0 && <span className={styles.quiet}> ({count(alreadySaved)} as saved)</span>}
      </>
    ),
  },
  { header: 'Last', cell: ({ lastAt }) => <RelativeTime at={lastAt} /> },
];

function ChangedRequest({ change }: { readonly change: ReplayChange }) {
  const { requestId, at, method, path, clientIp, was, now, nowRule, nowMessage } = change;
  return (
    <li className={styles.request}>
      <Link to="/requests/$requestId" params={{ requestId }}>
        <RelativeTime at={at} />
      </Link>
      <code>{endpointText(method, path)}</code>
      <ThenAndNow was={was} now={now} />
      <span className={styles.quiet}>
        {now === 'VALID' && nowRule !== null ? nowRule : (nowMessage ?? '')}
        {clientIp !== null && ` From ${clientIp}.`}
      </span>
    </li>
  );
}

function ThenAndNow({ was, now }: { readonly was: DecisionCode; readonly now: DecisionCode }) {
  return (
    <span className={styles.thenNow}>
      <OutcomeChip code={was} />
      <ArrowRight aria-label="would be" size={12} />
      <OutcomeChip code={now} />
    </span>
  );
}

function endpointText(method: string | null, path: string | null): string {
  return method === null || path === null ? 'scopes only' : `${method} ${path}`;
}

function listLabel(listed: number, all: number): string {
  return listed < all ? `The newest ${count(listed)} of them` : `The ${counted(all, 'request')}`;
}
