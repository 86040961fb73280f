import type { Quota } from '#contract/plans.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TimeZoneField } from '#renderer/ui/time-zone-field.tsx';
import { isPlain, readableLimits, type LimitFieldsProps } from './limit-draft.ts';
import { limitSentences, OWNER_WORDS } from './limit-words.ts';
import styles from './limits.module.css';
import { NamedLimits } from './named-limits.tsx';
import { WindowField } from './window-field.tsx';

const PERIODS = [
  { value: 'day', label: 'per calendar day' },
  { value: 'month', label: 'per calendar month' },
] as const;
const QUOTA_OWNERS: readonly { readonly value: Quota['by']; readonly label: string }[] = [
  { value: 'key', label: OWNER_WORDS.key },
  { value: 'application', label: OWNER_WORDS.application },
  { value: 'partner', label: OWNER_WORDS.partner },
];

/** One rate limit and one quota in sight, everything else behind "More limits", and what it all will do in sentences. */
export function LimitFields(props: LimitFieldsProps) {
  const { draft, onChange, errorOf, idOf } = props;
  return (
    <div className={styles.fields}>
      <div className={styles.limit}>
        <NumberField
          id={idOf('rateLimit.limit')}
          label="Rate limit"
          isOptional
          min={1}
          value={draft.rateLimit}
          onChange={(rateLimit) => onChange({ rateLimit })}
          error={errorOf('rateLimit.limit')}
        />
        <WindowField
          id={idOf('rateLimit.windowMs')}
          label="requests in any"
          value={draft.rateWindow}
          onChange={(rateWindow) => onChange({ rateWindow })}
          error={errorOf('rateLimit.windowMs')}
        />
        <NumberField
          id={idOf('quota.limit')}
          label="Quota"
          isOptional
          min={1}
          value={draft.quota}
          onChange={(quota) => onChange({ quota })}
          error={errorOf('quota.limit')}
        />
        <Select
          label="requests"
          value={draft.quotaPeriod}
          options={PERIODS}
          onChange={(quotaPeriod) => onChange({ quotaPeriod })}
        />
      </div>
      <Disclosure label="More limits" isInUse={!isPlain(draft)}>
        <QuotaDetails {...props} />
        <NamedLimits {...props} />
      </Disclosure>
      <Sentences draft={draft} subject={props.subject} />
    </div>
  );
}

function QuotaDetails({ draft, onChange, errorOf, idOf }: LimitFieldsProps) {
  return (
    <fieldset className={styles.part}>
      <legend>The quota</legend>
      {draft.quota === null ? (
        <p className={styles.quiet}>Enter a quota above to say how it is counted.</p>
      ) : (
        <>
          <div className={styles.two}>
            <TimeZoneField
              id={idOf('quota.timeZone')}
              label="Time zone"
              value={draft.quotaZone}
              onChange={(quotaZone) => onChange({ quotaZone })}
              error={errorOf('quota.timeZone')}
            />
            {draft.quotaPeriod === 'month' && (
              <NumberField
                id={idOf('quota.resetDay')}
                label="Begins on day"
                min={1}
                max={31}
                value={draft.quotaResetDay}
                onChange={(quotaResetDay) => onChange({ quotaResetDay })}
                help="A month without this day begins on its last."
                error={errorOf('quota.resetDay')}
              />
            )}
            <Select
              id={idOf('quota.by')}
              label="Counted for"
              value={draft.quotaBy}
              options={QUOTA_OWNERS}
              onChange={(quotaBy) => onChange({ quotaBy })}
            />
          </div>
          <Checkbox
            label="Only warn"
            help="Nothing is refused when the quota is used up."
            isChecked={draft.isQuotaSoft}
            onChange={(isQuotaSoft) => onChange({ isQuotaSoft })}
          />
        </>
      )}
    </fieldset>
  );
}

function Sentences({ draft, subject }: Pick<LimitFieldsProps, 'draft' | 'subject'>) {
  const sentences = limitSentences(readableLimits(draft), subject);
  if (sentences.length === 0) return null;
  return (
    <ul className={styles.sentences} aria-label="What these limits do">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
