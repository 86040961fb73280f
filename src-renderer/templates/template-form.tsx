import { EXPIRY_GRACE_MS_MAX, type Environment } from '#contract/key-policy.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { BindingFields } from '#renderer/bindings/binding-fields.tsx';
import { LimitFields } from '#renderer/limits/limit-fields.tsx';
import { limitText } from '#renderer/limits/limit-words.ts';
import { ScopePicker } from '#renderer/scopes/scope-picker.tsx';
import { scriptWarning } from '#renderer/format/script-warning.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { templateFieldId, type TemplateDraft } from './template-draft.ts';

const ENVIRONMENT_OPTIONS: readonly Option<Environment | ''>[] = [
  { value: '', label: 'Whoever makes a key chooses' },
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
];

interface TemplateFormProps {
  readonly draft: TemplateDraft;
  readonly onChange: (part: Partial<TemplateDraft>) => void;
  /** What is wrong with a field of the contract. */
  readonly errorOf: (path: string) => string | undefined;
}

/** The fields of a template: what it is, what its keys may, how long they live. */
export function TemplateForm(props: TemplateFormProps) {
  const { draft, onChange } = props;
  return (
    <div className={formStyles.columns}>
      <div className={formStyles.side}>
        <AboutFields {...props} />
        <LifeFields {...props} />
      </div>
      <section
        className={formStyles.section}
        aria-label="What its keys may call"
        id={templateFieldId('scopeIds')}
        tabIndex={-1}
      >
        <h2>What its keys may call</h2>
        <ScopePicker
          serviceId={null}
          value={{ scopeIds: draft.scopeIds, rules: draft.rules }}
          onChange={({ scopeIds, rules }) => onChange({ scopeIds, rules })}
        />
      </section>
      <div className={formStyles.side}>
        <LimitsAndBindings {...props} />
      </div>
    </div>
  );
}

function AboutFields({ draft, onChange, errorOf }: TemplateFormProps) {
  return (
    <section className={formStyles.section} aria-label="About">
      <h2>About</h2>
      <TextField
        id={templateFieldId('name')}
        label="Name"
        placeholder="What kind of key it makes"
        value={draft.name}
        onChange={(name) => onChange({ name })}
        help={scriptWarning(draft.name)}
        error={errorOf('name')}
        required
      />
      <TextArea
        id={templateFieldId('description')}
        label="Description"
        isOptional
        rows={2}
        value={draft.description}
        onChange={(description) => onChange({ description })}
        error={errorOf('description')}
      />
      <Select
        id={templateFieldId('environment')}
        label="Environment"
        value={draft.environment}
        options={ENVIRONMENT_OPTIONS}
        onChange={(environment) => onChange({ environment })}
      />
      <TextField
        id={templateFieldId('tags')}
        label="Tags of new keys"
        isOptional
        help="Separated by spaces or commas."
        value={draft.tags}
        onChange={(tags) => onChange({ tags })}
        error={errorOf('tags')}
      />
      <Checkbox
        label="Issuers may use it"
        help="They can make keys of it, and change nothing of what it grants."
        isChecked={draft.isForIssuers}
        onChange={(isForIssuers) => onChange({ isForIssuers })}
      />
    </section>
  );
}

function LifeFields({ draft, onChange, errorOf }: TemplateFormProps) {
  return (
    <section className={formStyles.section} aria-label="Life">
      <h2>How long its keys live</h2>
      {!draft.neverExpires && (
        <NumberField
          id={templateFieldId('expiresInMs')}
          label="Keys live for"
          suffix="days"
          min={1}
          max={3_650}
          fractionDigits={2}
          value={draft.expiresInDays}
          onChange={(expiresInDays) => onChange({ expiresInDays })}
          error={errorOf('expiresInMs')}
        />
      )}
      <Checkbox
        label="Its keys never expire"
        help="The audit trail then names the template as the reason."
        isChecked={draft.neverExpires}
        onChange={(neverExpires) => onChange({ neverExpires })}
      />
      {!draft.neverExpires && (
        <NumberField
          id={templateFieldId('expiryGraceMs')}
          label="Grace after the expiry"
          isOptional
          help="Its keys pass for so long after their expiry, and every answer warns."
          suffix="hours"
          min={1}
          max={EXPIRY_GRACE_MS_MAX / HOUR_MS}
          value={draft.graceHours}
          onChange={(graceHours) => onChange({ graceHours })}
          error={errorOf('expiryGraceMs')}
        />
      )}
      <NumberField
        id={templateFieldId('rotateEveryMs')}
        label="Remind to rotate every"
        isOptional
        suffix="days"
        min={1}
        max={1_830}
        value={draft.rotateEveryDays}
        onChange={(rotateEveryDays) => onChange({ rotateEveryDays })}
        error={errorOf('rotateEveryMs')}
      />
    </section>
  );
}

function LimitsAndBindings({ draft, onChange, errorOf }: TemplateFormProps) {
  const plans = usePlans().data?.items ?? [];
  return (
    <>
      <section className={formStyles.section} aria-label="Limits">
        <h2>Limits</h2>
        <Select
          id={templateFieldId('planId')}
          label="Plan"
          value={draft.planId}
          options={[
            { value: '', label: 'No plan' },
            ...plans.map((plan) => ({ value: plan.id, label: plan.name, detail: limitText(plan) })),
          ]}
          onChange={(planId) => onChange({ planId })}
          error={errorOf('planId')}
        />
        <LimitFields
          draft={draft.limits}
          onChange={(part) => onChange({ limits: { ...draft.limits, ...part } })}
          errorOf={errorOf}
          idOf={templateFieldId}
          subject="each key"
        />
      </section>
      <section className={formStyles.section} aria-label="Bindings">
        <h2>Bindings</h2>
        <BindingFields
          draft={draft.bindings}
          onChange={(part) => onChange({ bindings: { ...draft.bindings, ...part } })}
          errorOf={errorOf}
          idOf={templateFieldId}
        />
      </section>
    </>
  );
}
