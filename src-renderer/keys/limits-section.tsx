import { usePlans } from '#renderer/api/queries.ts';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import styles from './create-key.module.css';
import type { SectionProps } from './key-draft.ts';
import { limitText } from './limit-text.ts';

const EXPIRY_OPTIONS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: 'date', label: 'Date' },
  { value: 'none', label: 'Never' },
] as const;
const WINDOW_OPTIONS = [
  { value: 'second', label: 'per second' },
  { value: 'minute', label: 'per minute' },
  { value: 'hour', label: 'per hour' },
  { value: 'day', label: 'per 24 hours' },
] as const;
const PERIOD_OPTIONS = [
  { value: 'day', label: 'per day (UTC)' },
  { value: 'month', label: 'per month (UTC)' },
] as const;

/** Until when the key lives. */
export function ExpirySection({ draft, onChange, errorOf }: SectionProps) {
  return (
    <section className={styles.section} aria-label="Expiry">
      <h2>Expires</h2>
      <RadioGroup
        id={draft.expiry === 'date' ? 'key-expiry-choice' : 'key-expiry'}
        label="The key ends after"
        isInline
        value={draft.expiry}
        options={EXPIRY_OPTIONS}
        onChange={(expiry) => onChange({ expiry })}
      />
      {draft.expiry === 'date' && (
        <TextField
          id="key-expiry"
          label="Ends at"
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
          label="Why does it never end?"
          help="Kept in the audit trail."
          value={draft.noExpiryReason}
          onChange={(noExpiryReason) => onChange({ noExpiryReason })}
          error={errorOf('key-no-expiry-reason')}
        />
      )}
    </section>
  );
}

/** How much, and from where. */
export function LimitsSection({ draft, onChange, errorOf }: SectionProps) {
  const plans = usePlans();
  const planOptions = [
    { value: '', label: 'No plan' },
    ...(plans.data?.items ?? []).map((plan) => ({
      value: plan.id,
      label: plan.name,
      detail: limitText(plan.rateLimit, plan.quota),
    })),
  ];
  return (
    <section className={styles.section} aria-label="Limits">
      <h2>Limits</h2>
      {planOptions.length > 1 && (
        <Select
          id="key-plan"
          label="Plan"
          value={draft.planId}
          options={planOptions}
          onChange={(planId) => onChange({ planId })}
          help="Limits set below replace those of the plan."
        />
      )}
      <div className={styles.pair}>
        <NumberField
          id="key-rate"
          label="Rate limit"
          isOptional
          min={1}
          max={100_000}
          value={draft.rateLimit}
          onChange={(rateLimit) => onChange({ rateLimit })}
          error={errorOf('key-rate')}
        />
        <Select
          label="Window of the rate limit"
          hideLabel
          value={draft.rateWindow}
          options={WINDOW_OPTIONS}
          onChange={(rateWindow) => onChange({ rateWindow })}
        />
      </div>
      <div className={styles.pair}>
        <NumberField
          id="key-quota"
          label="Quota"
          isOptional
          min={1}
          value={draft.quotaLimit}
          onChange={(quotaLimit) => onChange({ quotaLimit })}
          error={errorOf('key-quota')}
        />
        <Select
          label="Period of the quota"
          hideLabel
          value={draft.quotaPeriod}
          options={PERIOD_OPTIONS}
          onChange={(quotaPeriod) => onChange({ quotaPeriod })}
        />
      </div>
      <BindingFields {...{ draft, onChange, errorOf }} />
    </section>
  );
}

function BindingFields({ draft, onChange, errorOf }: SectionProps) {
  return (
    <>
      <TextArea
        id="key-ip"
        label="Allowed addresses"
        isOptional
        isMono
        rows={2}
        placeholder={'203.0.113.9\n10.0.0.0/8'}
        help="Addresses or networks, one a line. Empty: from anywhere."
        value={draft.ipAllow}
        onChange={(ipAllow) => onChange({ ipAllow })}
        error={errorOf('key-ip')}
      />
      <TextArea
        id="key-origin"
        label="Allowed origins"
        isOptional
        isMono
        rows={2}
        placeholder="https://shop.example"
        help="For keys used in browsers, one a line. Empty: any."
        value={draft.originAllow}
        onChange={(originAllow) => onChange({ originAllow })}
        error={errorOf('key-origin')}
      />
    </>
  );
}
