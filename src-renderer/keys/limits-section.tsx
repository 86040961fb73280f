import { EXPIRY_GRACE_MS_MAX, EXPIRY_GRACE_MS_MIN } from '#contract/key-policy.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { BindingFields } from '#renderer/bindings/binding-fields.tsx';
import { LimitFields } from '#renderer/limits/limit-fields.tsx';
import { limitText } from '#renderer/limits/limit-words.ts';
import { NetworkOffer } from '#renderer/partners/network-offer.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { fieldIdOf, type SectionProps } from './key-draft.ts';
import { LifetimeNote } from './lifetime-note.tsx';

const EXPIRY_OPTIONS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: 'date', label: 'Date' },
  { value: 'none', label: 'Never' },
] as const;

/** Until when the key lives. */
export function ExpirySection({ draft, onChange, errorOf }: SectionProps) {
  return (
    <section className={formStyles.section} aria-label="Expiry">
      <h2>Expires</h2>
      <RadioGroup
        id={draft.expiry === 'date' ? 'key-expiry-choice' : 'key-expiry'}
        label="The key expires after"
        isInline
        value={draft.expiry}
        options={EXPIRY_OPTIONS}
        onChange={(expiry) => onChange({ expiry })}
      />
      <LifetimeNote partnerId={draft.partnerId} onChange={onChange} />
      {draft.expiry === 'date' && (
        <TextField
          id="key-expiry"
          label="Expires at"
          type="datetime-local"
          help="In your local time."
          value={draft.expiryDate}
          onChange={(expiryDate) => onChange({ expiryDate })}
          error={errorOf('key-expiry')}
        />
      )}
      {draft.expiry === 'none' && (
        <TextField
          id="key-no-expiry-reason"
          label="Why does it never expire?"
          help="Kept in the audit trail."
          value={draft.noExpiryReason}
          onChange={(noExpiryReason) => onChange({ noExpiryReason })}
          error={errorOf('key-no-expiry-reason')}
        />
      )}
      {draft.expiry !== 'none' && (
        <NumberField
          id="key-expiry-grace"
          label="Grace after the expiry"
          isOptional
          help="It passes for so long, every answer warns, and you are told. Then it is refused."
          value={draft.graceHours}
          onChange={(graceHours) => onChange({ graceHours })}
          min={EXPIRY_GRACE_MS_MIN / HOUR_MS}
          max={EXPIRY_GRACE_MS_MAX / HOUR_MS}
          suffix="hours"
          error={errorOf('key-expiry-grace')}
        />
      )}
    </section>
  );
}

/** How much the key may be used. */
export function LimitsSection({ draft, onChange, errorOf }: SectionProps) {
  const plans = usePlans();
  const planOptions = [
    { value: '', label: 'No plan' },
    ...(plans.data?.items ?? []).map((plan) => ({
      value: plan.id,
      label: plan.name,
      detail: limitText(plan),
    })),
  ];
  return (
    <section className={formStyles.section} aria-label="Limits">
      <h2>Limits</h2>
      {planOptions.length > 1 && (
        <Select
          id="key-plan"
          label="Plan"
          value={draft.planId}
          options={planOptions}
          onChange={(planId) => onChange({ planId })}
          help="Limits set below replace those of the plan; further ones with other names are added."
        />
      )}
      <LimitFields
        draft={draft.limits}
        onChange={(part) => onChange({ limits: { ...draft.limits, ...part } })}
        errorOf={(path) => errorOf(fieldIdOf(path))}
        idOf={fieldIdOf}
        subject="this key"
      />
    </section>
  );
}

/** From where, by what and when the key may be used. */
export function BindingsSection({ draft, onChange, errorOf }: SectionProps) {
  return (
    <section className={formStyles.section} aria-label="Bindings">
      <h2>Bindings</h2>
      {draft.applicationId !== null && (
        <NetworkOffer
          applicationId={draft.applicationId}
          ipAllow={draft.bindings.ipAllow}
          onTake={(ipAllow) => onChange({ bindings: { ...draft.bindings, ipAllow } })}
        />
      )}
      <BindingFields
        draft={draft.bindings}
        onChange={(part) => onChange({ bindings: { ...draft.bindings, ...part } })}
        errorOf={(path) => errorOf(fieldIdOf(path))}
        idOf={fieldIdOf}
      />
    </section>
  );
}
