import { usePlans } from '#renderer/api/queries.ts';
import { limitText } from '#renderer/keys/limit-text.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import type { KeyDraft, RateWindow } from './key-draft.ts';
import styles from './key-detail.module.css';

interface EditKeyFieldsProps {
  readonly draft: KeyDraft;
  readonly onChange: (part: Partial<KeyDraft>) => void;
  /** What is wrong with a field, if anything. */
  readonly problemOf: (field: string) => string | undefined;
}

const NO_PLAN = 'none';
const WINDOWS: readonly RateWindow[] = ['second', 'minute', 'hour', 'day'];

/** The fields of the edit form. */
export function EditKeyFields(props: EditKeyFieldsProps) {
  const { draft, onChange, problemOf } = props;
  return (
    <div className={styles.form}>
      <TextField
        label="Name"
        value={draft.name}
        error={problemOf('name')}
        onChange={(name) => onChange({ name })}
      />
      <ExpiryFields {...props} />
      <LimitFields {...props} />
      <TextArea
        label="Allowed addresses"
        isOptional
        isMono
        rows={3}
        help="One address or network a line, for example 203.0.113.9 or 10.0.0.0/8. Empty: any address."
        value={draft.ipAllow}
        error={problemOf('ipAllow')}
        onChange={(ipAllow) => onChange({ ipAllow })}
      />
      <TextArea
        label="Allowed origins"
        isOptional
        isMono
        rows={2}
        help="For browsers: https://shop.example, one a line. Empty: any origin."
        value={draft.originAllow}
        error={problemOf('originAllow')}
        onChange={(originAllow) => onChange({ originAllow })}
      />
      <TextField
        label="Tags"
        isOptional
        help="Separated by spaces, for example team=search."
        value={draft.tags}
        error={problemOf('tags')}
        onChange={(tags) => onChange({ tags })}
      />
      <TextField
        label="External id"
        isOptional
        isMono
        value={draft.externalId}
        error={problemOf('externalId')}
        onChange={(externalId) => onChange({ externalId })}
      />
      <TextArea
        label="Note"
        isOptional
        rows={3}
        value={draft.note}
        error={problemOf('note')}
        onChange={(note) => onChange({ note })}
      />
    </div>
  );
}

function ExpiryFields({ draft, onChange, problemOf }: EditKeyFieldsProps) {
  return (
    <div className={styles.formPart}>
      {draft.neverExpires ? (
        <TextField
          label="Why it never expires"
          help="Kept in the audit trail."
          value={draft.noExpiryReason}
          error={problemOf('noExpiryReason')}
          onChange={(noExpiryReason) => onChange({ noExpiryReason })}
        />
      ) : (
        <TextField
          label="Expires"
          type="datetime-local"
          help="In your local time."
          value={draft.expiresAt}
          error={problemOf('expiresAt')}
          onChange={(expiresAt) => onChange({ expiresAt })}
        />
      )}
      <Checkbox
        label="Never expires"
        isChecked={draft.neverExpires}
        onChange={(neverExpires) => onChange({ neverExpires })}
      />
    </div>
  );
}

function LimitFields({ draft, onChange, problemOf }: EditKeyFieldsProps) {
  const plans = usePlans().data?.items ?? [];
  return (
    <div className={styles.formPart}>
      <Select
        label="Plan"
        value={draft.planId ?? NO_PLAN}
        options={[
          { value: NO_PLAN, label: 'No plan' },
          ...plans.map((plan) => ({
            value: plan.id,
            label: plan.name,
            detail: limitText(plan.rateLimit, plan.quota),
          })),
        ]}
        onChange={(word) => onChange({ planId: word === NO_PLAN ? null : word })}
      />
      <div className={styles.pair}>
        <NumberField
          label="Rate limit"
          isOptional
          min={1}
          value={draft.rateLimit}
          error={problemOf('rateLimit')}
          onChange={(rateLimit) => onChange({ rateLimit })}
        />
        <Select
          label="Per"
          value={draft.rateWindow}
          options={WINDOWS.map((name) => ({ value: name, label: name }))}
          onChange={(rateWindow) => onChange({ rateWindow })}
        />
      </div>
      <div className={styles.pair}>
        <NumberField
          label="Quota"
          isOptional
          min={1}
          value={draft.quota}
          error={problemOf('quota')}
          onChange={(quota) => onChange({ quota })}
        />
        <Select
          label="Per"
          value={draft.quotaPeriod}
          options={[
            { value: 'day', label: 'day' },
            { value: 'month', label: 'month' },
          ]}
          onChange={(quotaPeriod) => onChange({ quotaPeriod })}
        />
      </div>
    </div>
  );
}
