import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { Output } from '#contract/contract.ts';
import type { HygieneKind } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count as countText, counted } from '#renderer/format/numbers.ts';
import type { BulkTask } from '#renderer/keys/bulk-dialogs.tsx';
import { ExtendNowButton } from '#renderer/keys/extend-now-button.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { HYGIENE_WORDS, sharingSentence, unusedRulesSentence } from './hygiene-words.ts';
import styles from './hygiene.module.css';

type Item = Output<'hygiene.board'>['items'][number];

/** What helps all keys of a kind at once; those that are granted too much are helped one by one. */
export type Remedy = BulkTask | 'contacts';

const REMEDIES: Partial<Readonly<Record<HygieneKind, { readonly label: string; readonly task: Remedy }>>> = {
  missingContact: { label: 'Set contacts…', task: 'contacts' },
  nearExpiry: { label: 'Extend…', task: 'extend' },
  neverUsed: { label: 'Suspend…', task: 'suspend' },
  idle: { label: 'Suspend…', task: 'suspend' },
  noExpiry: { label: 'Give an expiry…', task: 'end' },
  noLimit: { label: 'Put on a plan…', task: 'plan' },
  sharing: { label: 'Suspend…', task: 'suspend' },
};

const MISSING_WORDS: Readonly<Record<NonNullable<Item['missing']>, string>> = {
  reading: 'Being read from the request log. The figure comes by itself.',
  down: 'Not known while the request log is down.',
};

interface HygieneSectionProps {
  readonly item: Item;
  readonly onRemedy: (task: Remedy) => void;
  /** Takes from one key what it never needed. */
  readonly onTrim: (keyId: KeyId) => void;
}

/** One kind: how many keys, why it matters, the first of them with the evidence, and what helps. */
export function HygieneSection({ item, onRemedy, onTrim }: HygieneSectionProps) {
  const { kind, count, missing, keys } = item;
  const { title, why } = HYGIENE_WORDS[kind];
  const headingId = useId();
  const may = useForbidden();
  return (
    <section {...sectionOf(item)} className={styles.section} aria-labelledby={headingId}>
      <header className={styles.head}>
        <h2 id={headingId} className={styles.title}>
          <span className={styles.figure}>{count === null ? '–' : countText(count)}</span> {title}
        </h2>
        {count !== null && count > 0 && <SectionActions kind={kind} count={count} onRemedy={onRemedy} />}
      </header>
      <p className={styles.why}>
        {missing === null ? (count === 0 ? 'None.' : why) : MISSING_WORDS[missing]}
      </p>
      {keys.length > 0 && (
        <ul className={styles.keys}>
          {keys.map((key) => (
            <li key={key.keyId} className={styles.key}>
              <Link
                to="/keys/$keyId"
                params={{ keyId: key.keyId }}
                search={tabOf(kind)}
                className={styles.link}
              >
                <KeyRef
                  keyId={key.keyId}
                  name={key.name}
                  environment={key.environment}
                  note={key.applicationName}
                />
              </Link>
              {key.sharing !== null && (
                <p className={styles.evidence}>
                  {sharingSentence(key.sharing)}{' '}
                  <Link to="/keys/$keyId/sharing" params={{ keyId: key.keyId }}>
                    {`Who uses ${key.name}`}
                  </Link>
                </p>
              )}
              {key.unusedRules.length > 0 && (
                <p className={styles.evidence}>{unusedRulesSentence(key.unusedRules)}</p>
              )}
              {kind === 'nearExpiry' && <ExtendNowButton subject={key} />}
              {kind === 'overScoped' && (
                <Button
                  aria-label={`Remove unused rules of ${key.name}…`}
                  disabledReason={may('keys.update')}
                  onClick={() => onTrim(key.keyId)}
                >
                  Remove unused…
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface SectionActionsProps {
  readonly kind: HygieneKind;
  readonly count: number;
  readonly onRemedy: (task: Remedy) => void;
}

/** What helps all of a kind, and the lists of them. */
function SectionActions({ kind, count, onRemedy }: SectionActionsProps) {
  const remedy = REMEDIES[kind];
  const forbidden = useForbidden()(remedy?.task === 'contacts' ? 'applications.update' : 'keys.bulk');
  return (
    <span className={styles.actions}>
      {remedy !== undefined && (
        <Button disabledReason={forbidden} onClick={() => onRemedy(remedy.task)}>
          {remedy.label}
        </Button>
      )}
      {kind === 'neverUsed' && (
        <Link to="/hygiene/people" className="button-link">
          By person
        </Link>
      )}
      <Link
        to="/keys"
        search={(before) => ({
          ...(before.env === undefined ? {} : { env: before.env }),
          ...HYGIENE_WORDS[kind].search,
        })}
        className="button-link"
      >
        {`Show ${counted(count, 'key')}`}
      </Link>
    </span>
  );
}

/** How a section tells others than eyes where it stands. */
function sectionOf({ kind, count, missing }: Item) {
  return { 'data-kind': kind, 'data-count': count, 'aria-busy': missing === 'reading' };
}

/** Where the key's page opens: at what is to be changed. */
function tabOf(kind: HygieneKind) {
  return kind === 'overScoped' ? ({ tab: 'scopes' } as const) : {};
}
