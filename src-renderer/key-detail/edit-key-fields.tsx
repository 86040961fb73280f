import { EXPIRY_GRACE_MS_MAX } from '#contract/key-policy.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { BindingFields } from '#renderer/bindings/binding-fields.tsx';
import { SignerFields } from '#renderer/bindings/signer-fields.tsx';
import { LimitFields } from '#renderer/limits/limit-fields.tsx';
import { limitText } from '#renderer/limits/limit-words.ts';
import { scriptWarning } from '#renderer/format/script-warning.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import type { KeyDraft } from './key-draft.ts';
import styles from './key-detail.module.css';

interface EditKeyFieldsProps {
  readonly draft: KeyDraft;
  readonly onChange: (part: Partial<KeyDraft>) => void;
  /** What is wrong with a field, if anything. */
  readonly problemOf: (field: string) => string | undefined;
}

const NO_PLAN = 'none';

/** The fields of the edit form. */
export function EditKeyFields(props: EditKeyFieldsProps) {
  const { draft, onChange, problemOf } = props;
  return (
    <div className={styles.form}>
      <TextField
        label="Name"
        value={draft.name}
        help={scriptWarning(draft.name)}
        error={problemOf('name')}
        onChange={(name) => onChange({ name })}
      />
      <ExpiryFields {...props} />
      <NumberField
        label="Rotation due every"
        isOptional
        help="You are reminded, or the contact gets the new secret by itself: choose that on the page of the key."
        value={draft.rotateEveryDays}
        onChange={(rotateEveryDays) => onChange({ rotateEveryDays })}
        min={1}
        max={1_830}
        suffix="days"
        error={problemOf('rotateEveryMs')}
      />
      <PlanAndLimits {...props} />
      <BindingFields
        draft={draft.bindings}
        onChange={(part) => onChange({ bindings: { ...draft.bindings, ...part } })}
        errorOf={problemOf}
        idOf={idOf}
      />
      <SignerFields
        id={idOf('signedBy')}
        draft={draft.signers}
        onChange={(signers) => onChange({ signers })}
        error={problemOf('signedBy')}
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
      {!draft.neverExpires && (
        <NumberField
          label="Grace after the expiry"
          isOptional
          help="It passes for so long, every answer warns, and you are told. Then it is refused."
          value={draft.graceHours}
          onChange={(graceHours) => onChange({ graceHours })}
          min={1}
          max={EXPIRY_GRACE_MS_MAX / HOUR_MS}
          suffix="hours"
          error={problemOf('expiryGraceMs')}
        />
      )}
    </div>
  );
}

function PlanAndLimits({ draft, onChange, problemOf }: EditKeyFieldsProps) {
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
            detail: limitText(plan),
          })),
        ]}
        onChange={(word) => onChange({ planId: word === NO_PLAN ? null : word })}
      />
      <LimitFields
        draft={draft.limits}
        onChange={(part) => onChange({ limits: { ...draft.limits, ...part } })}
        errorOf={problemOf}
        idOf={idOf}
        subject="this key"
      />
    </div>
  );
}

function idOf(path: string): string {
  return `edit-key-${path.replaceAll('.', '-')}`;
}
