import { useState } from 'react';
import type { Plan } from '#contract/plans.ts';
import { useCreatePlan, useUpdatePlan } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './settings.module.css';

const MINUTE_MS = 60_000;
const PERIODS = [
  { value: 'day', label: 'per calendar day, UTC' },
  { value: 'month', label: 'per calendar month, UTC' },
] as const;

/** Creates a plan or changes one. Mounted only while open. */
export function PlanDialog({ plan, onClose }: { readonly plan?: Plan; readonly onClose: () => void }) {
  const create = useCreatePlan();
  const update = useUpdatePlan();
  const command = plan === undefined ? create : update;
  const { say } = useToasts();
  const [name, setName] = useState(plan?.name ?? '');
  const [limit, setLimit] = useState<number | null>(plan?.rateLimit?.limit ?? null);
  const [windowSeconds, setWindowSeconds] = useState<number | null>(
    (plan?.rateLimit?.windowMs ?? MINUTE_MS) / 1_000,
  );
  const [quota, setQuota] = useState<number | null>(plan?.quota?.limit ?? null);
  const [period, setPeriod] = useState<'day' | 'month'>(plan?.quota?.period ?? 'month');
  const submit = async () => {
    const fields = {
      name,
      rateLimit: limit === null ? null : { limit, windowMs: (windowSeconds ?? 60) * 1_000 },
      quota: quota === null ? null : { limit: quota, period },
    };
    const outcome =
      plan === undefined ? await create.run(fields) : await update.run({ planId: plan.id, ...fields });
    if (!outcome.ok) return;
    say(`${outcome.data.name} saved`);
    onClose();
  };
  return (
    <FormDialog
      title={plan === undefined ? 'New plan' : `Edit ${plan.name}`}
      {...(plan === undefined || plan.keyCount === 0
        ? {}
        : { description: `Saving changes the limits of ${counted(plan.keyCount, 'key')} at the next call.` })}
      submitLabel={plan === undefined ? 'Create plan' : 'Save changes'}
      isBusy={command.isRunning}
      error={command.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} error={command.error?.field('name')} required />
      <div className={styles.pair}>
        <NumberField
          label="Rate limit"
          isOptional
          suffix="requests"
          min={1}
          value={limit}
          onChange={setLimit}
          help="Empty: no rate limit."
          error={command.error?.field('rateLimit.limit')}
        />
        <NumberField
          label="In any"
          suffix="seconds"
          min={1}
          max={86_400}
          value={windowSeconds}
          onChange={setWindowSeconds}
          error={command.error?.field('rateLimit.windowMs')}
        />
        <NumberField
          label="Quota"
          isOptional
          suffix="requests"
          min={1}
          value={quota}
          onChange={setQuota}
          help="Empty: no quota."
          error={command.error?.field('quota.limit')}
        />
        <Select label="Counted" value={period} options={PERIODS} onChange={setPeriod} />
      </div>
    </FormDialog>
  );
}
