import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { LeakMatch } from '#contract/leaks.ts';
import { bytes, counted } from '#renderer/format/numbers.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ContainAllDialog } from './contain-all-dialog.tsx';
import { ContainDialog } from './contain-dialog.tsx';
import { LeakCard } from './leak-card.tsx';
import { resultSentence, tokenSentence } from './leak-words.ts';
import type { Containment } from './use-contain.ts';
import type { LeakSearchResult } from './use-leak-search.ts';
import styles from './leaks.module.css';

/** Cards that are drawn; beyond it all are contained together. */
const CARDS_MAX = 100;

interface LeakResultsProps {
  readonly result: LeakSearchResult;
  /** Something was done: ask anew. */
  readonly onChanged: () => void;
}

/** What a search found, the most dangerous first. */
export function LeakResults({ result, onChanged }: LeakResultsProps) {
  const { found, answer } = result;
  const navigate = useNavigate();
  const [open, setOpen] = useState<{ readonly match: LeakMatch; readonly containment: Containment } | null>(
    null,
  );
  const byId = new Map(found.keys.map((key) => [key.keyId, key]));
  const placeOf = (match: LeakMatch) => {
    const [first = ''] = byId.get(match.keyId)?.places ?? [];
    return first.startsWith('line ') ? '' : first;
  };
  return (
    <section className={styles.results} aria-label="Result" data-row-count={answer.matches.length}>
      <p className={styles.sentence} role="status">
        {resultSentence(found, answer.matches, answer.foreign.length)}
      </p>
      <p className={styles.quiet}>
        {`Searched ${counted(found.texts, 'text')}, ${bytes(found.bytes)}.`}
        {found.unreadable.length > 0 &&
          ` ${counted(found.unreadable.length, 'file')} could not be read: ${found.unreadable.slice(0, 5).join(', ')}.`}
        {found.isCut && ' There were more keys than are asked about at once: search in parts.'}
      </p>
      <WorkingKeys matches={answer.matches} foundAt={answer.at} onDone={onChanged} />
      <ul className={styles.cards} aria-label="Keys that were found">
        {answer.matches.slice(0, CARDS_MAX).map((match) => (
          <LeakCard
            key={match.keyId}
            match={match}
            found={byId.get(match.keyId)}
            onContain={(containment) => setOpen({ match, containment })}
          />
        ))}
      </ul>
      {answer.matches.length > CARDS_MAX && (
        <p className={styles.quiet}>{`and ${counted(answer.matches.length - CARDS_MAX, 'more key')}`}</p>
      )}
      <Others result={result} />
      {open !== null && (
        <ContainDialog
          {...open}
          place={placeOf(open.match)}
          foundAt={answer.at}
          onClose={() => setOpen(null)}
          onDone={(leakId) => {
            setOpen(null);
            if (leakId === null) onChanged();
            else void navigate({ to: '/leaks/$leakId', params: { leakId } });
          }}
        />
      )}
    </section>
  );
}

interface WorkingKeysProps {
  readonly matches: readonly LeakMatch[];
  readonly foundAt: LeakSearchResult['answer']['at'];
  readonly onDone: () => void;
}

/** Several at once. */
function WorkingKeys({ matches, foundAt, onDone }: WorkingKeysProps) {
  const forbidden = useForbidden()('keys.bulk');
  const [isAsking, setAsking] = useState(false);
  const working = matches.filter(({ state }) => state === 'usable');
  if (working.length < 2) return null;
  return (
    <div>
      <Button variant="danger" disabledReason={forbidden} onClick={() => setAsking(true)}>
        {`Revoke all ${counted(working.length, 'working key')}…`}
      </Button>
      {isAsking && (
        <ContainAllDialog
          matches={working}
          foundAt={foundAt}
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            onDone();
          }}
        />
      )}
    </div>
  );
}

/** Keys of other stores, tokens, look-alikes. */
function Others({ result: { found, answer } }: { readonly result: LeakSearchResult }) {
  const foreign = new Set<string>(answer.foreign);
  const names = found.keys.filter(({ keyId }) => foreign.has(keyId));
  return (
    <>
      {names.length > 0 && (
        <section aria-label="Keys of other stores">
          <h2 className={styles.heading}>Keys of other stores</h2>
          <p className={styles.quiet}>Well formed, but this store never made them. Tell whoever did.</p>
          <ul className={styles.names}>
            {names.map(({ keyId, name, places, isWhole }) => (
              <li key={keyId}>
                <code>{`${name}_…`}</code> {places[0]}
                {!isWhole && ' (public part only)'}
              </li>
            ))}
          </ul>
        </section>
      )}
      {found.tokens.length > 0 && (
        <section aria-label="Tokens that were found">
          <h2 className={styles.heading}>Tokens</h2>
          <ul className={styles.names}>
            {found.tokens.map((token) => (
              <li key={`${token.name} ${token.place}`}>{tokenSentence(token)}</li>
            ))}
          </ul>
        </section>
      )}
      {found.lookAlikes.length > 0 && (
        <section aria-label="Look-alikes">
          <h2 className={styles.heading}>Look-alikes with a wrong checksum</h2>
          <ul className={styles.names}>
            {found.lookAlikes.slice(0, 20).map((name) => (
              <li key={name}>
                <code>{`${name}_…`}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
