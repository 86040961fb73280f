import { CircleMinus, CirclePlus } from 'lucide-react';
import type { MouseEvent } from 'react';
import type { QueryFieldName } from '#contract/query-fields.ts';
import type { RequestSurvey } from '#contract/request-explorer.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { count } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { SkeletonLines } from '#renderer/ui/states.tsx';
import { OUTCOME_WORDS } from './outcome-chip.tsx';
import { tokenValues, toggleValue, valueState } from './query-text.ts';
import styles from './explorer.module.css';

interface FacetPanelProps {
  readonly survey: RequestSurvey | undefined;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** The log of one key has no facet of keys. */
  readonly isOneKey: boolean;
}

interface FacetValue {
  readonly value: string | null;
  readonly label: string;
  readonly count: number;
}

/** What the matching rows have in common, counted. A click asks for a value, Alt and a click excludes it; both again take it back. */
export function FacetPanel({ survey, text, onText, isOneKey }: FacetPanelProps) {
  if (survey === undefined) return <SkeletonLines lines={10} />;
  const { facets, sample } = survey;
  const shared = { text, onText };
  const isEmpty = Object.values(facets).every(({ values }) => values.length === 0);
  if (isEmpty && text === '') {
    return (
      <p className={styles.sample}>
        Outcomes, endpoints and callers appear here as soon as there is a request, each with its count. A
        click filters by it.
      </p>
    );
  }
  return (
    <>
      <Facet {...shared} title="Outcome" field="code" facet={named(facets.outcome)} />
      <Facet {...shared} title="Status" field="status" facet={withNone(facets.status)} />
      <Facet {...shared} title="Method" field="method" facet={facets.method} />
      {!isOneKey && <Facet {...shared} title="Key" field="key" facet={facets.key} />}
      <Facet {...shared} title="Endpoint" field="endpoint" facet={facets.endpoint} isMono />
      <Facet {...shared} title="Caller" field="ip" facet={facets.caller} isMono />
      {sample.from !== null && (
        <p className={styles.sample}>
          Counted from the newest {count(sample.rows)}, back to <AbsoluteTime at={sample.from} />.
        </p>
      )}
    </>
  );
}

function named(facet: RequestSurvey['facets']['outcome']) {
  const wordOf = (value: string | null, label: string) => {
    const code = DECISION_CODES.find((known) => known === value);
    return code === undefined ? label : OUTCOME_WORDS[code];
  };
  return { ...facet, values: facet.values.map((one) => ({ ...one, label: wordOf(one.value, one.label) })) };
}

/** `status:none` asks for rows without a status. */
function withNone(facet: RequestSurvey['facets']['status']) {
  return { ...facet, values: facet.values.map((one) => ({ ...one, value: one.value ?? 'none' })) };
}

interface FacetProps {
  readonly title: string;
  readonly field: QueryFieldName;
  readonly facet: { readonly values: readonly FacetValue[]; readonly total: number };
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly isMono?: boolean;
}

function Facet({ title, field, facet, text, onText, isMono = false }: FacetProps) {
  const more = facet.total - facet.values.length;
  // What is excluded, or asked for in vain, is not among what was found: it stays here to be taken back.
  const chosen = tokenValues(text, field).filter((value) => !facet.values.some((one) => one.value === value));
  const values = [...facet.values, ...chosen.map((value) => ({ value, label: value, count: 0 }))];
  if (values.length === 0) return null;
  return (
    <section className={styles.facet} aria-label={title}>
      <h2 className={styles.facetTitle}>{title}</h2>
      <ul className={styles.facetValues}>
        {values.map((one) => (
          <Value key={one.value ?? ''} field={field} one={one} text={text} onText={onText} isMono={isMono} />
        ))}
      </ul>
      {more > 0 && <p className={styles.sample}>and {count(more)} more</p>}
    </section>
  );
}

interface ValueProps extends Omit<FacetProps, 'title' | 'facet'> {
  readonly one: FacetValue;
}

function Value({ field, one, text, onText, isMono }: ValueProps) {
  const { value, label } = one;
  if (value === null) {
    return (
      <li className={styles.facetValue}>
        <span className={styles.facetNone}>{label}</span>
        <span className={styles.facetCount}>{count(one.count)}</span>
      </li>
    );
  }
  const state = valueState(text, field, value);
  const toggle = (how: 'include' | 'exclude') => onText(toggleValue(text, field, value, how));
  const pick = (event: MouseEvent) => toggle(event.altKey ? 'exclude' : 'include');
  return (
    <li className={styles.facetValue} data-state={state}>
      <button
        type="button"
        className={styles.facetButton}
        aria-pressed={state === 'included'}
        title={`${label}: click to include, Alt and click to exclude`}
        onClick={pick}
      >
        <span className={classNames(styles.facetLabel, isMono === true && styles.mono)}>{label}</span>
        <span className={styles.facetCount}>{count(one.count)}</span>
      </button>
      <IconButton
        label={state === 'excluded' ? `Stop excluding ${label}` : `Exclude ${label}`}
        icon={
          state === 'excluded' ? <CirclePlus aria-hidden size={14} /> : <CircleMinus aria-hidden size={14} />
        }
        className={styles.facetExclude}
        onClick={() => toggle('exclude')}
      />
    </li>
  );
}
