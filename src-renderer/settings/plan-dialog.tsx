import { useState } from 'react';
import { contract } from '#contract/contract.ts';
import type { Plan } from '#contract/plans.ts';
import { useCreatePlan, useUpdatePlan } from '#renderer/api/commands.ts';
import { formProblems } from '#renderer/format/form-problems.ts';
import { counted } from '#renderer/format/numbers.ts';
import { limitDraftOf, NO_LIMITS, typedLimits, type LimitDraft } from '#renderer/limits/limit-draft.ts';
import { LimitFields } from '#renderer/limits/limit-fields.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Creates a plan or changes one. Mounted only while open. */
export function PlanDialog({ plan, onClose }: { readonly plan?: Plan; readonly onClose: () => void }) {
  const create = useCreatePlan();
  const update = useUpdatePlan();
  const command = plan === undefined ? create : update;
  const { say } = useToasts();
  const [name, setName] = useState(plan?.name ?? '');
  const [limits, setLimits] = useState<LimitDraft>(() =>
    plan === undefined ? NO_LIMITS : limitDraftOf(plan),
  );
  const [isTried, setTried] = useState(false);
  const read = readPlan(name, limits);
  const errorOf = (path: string) =>
    (isTried ? read.problems.get(path) : undefined) ?? command.error?.field(path);
  const submit = async () => {
    setTried(true);
    if (read.input === null) return;
    const outcome =
      plan === undefined
        ? await create.run(read.input)
        : await update.run({ planId: plan.id, ...read.input });
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
      <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} required />
      <LimitFields
        draft={limits}
        onChange={(part) => setLimits({ ...limits, ...part })}
        errorOf={errorOf}
        idOf={(path) => `plan-${path.replaceAll('.', '-')}`}
        subject="each key"
      />
    </FormDialog>
  );
}

/** The command's input, or what keeps the form from being one, by field of the contract. */
function readPlan(name: string, limits: LimitDraft) {
  const parsed = contract['plans.create'].input.safeParse({ name, ...typedLimits(limits) });
  const problems = new Map<string, string>();
  for (const { path, message } of formProblems(parsed.error)) {
    if (!problems.has(path)) problems.set(path, message);
  }
  return { input: parsed.data ?? null, problems };
}
