import { SealedDeliveryDialog } from '#renderer/sealed/sealed-delivery.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { DeliveryDialog } from './delivery.tsx';
import { HandoffFields } from './handoff-fields.tsx';
import type { Issued, useIssueForm } from './use-issue-form.ts';
import { WayFields } from './way-fields.tsx';

const ENVIRONMENTS = [
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
] as const;

interface IssueFieldsProps {
  readonly form: ReturnType<typeof useIssueForm>;
  /** Something else is opened instead. */
  readonly onLeave: () => void;
}

/** Name of the new key, how it gets there, and to whom. */
export function IssueFields({ form, onLeave }: IssueFieldsProps) {
  return (
    <>
      <TextField
        label="Name of the key"
        value={form.name}
        onChange={form.setName}
        error={form.error?.field('name')}
      />
      {form.hasEnvironment && (
        <RadioGroup
          label="Environment"
          isInline
          value={form.environment}
          options={ENVIRONMENTS}
          onChange={form.setEnvironment}
        />
      )}
      <WayFields
        way={form.way}
        onChange={form.setWay}
        state={form.wayState}
        hasSecret={false}
        isSealing={form.isSealing}
        onLeave={onLeave}
      />
      <HandoffFields draft={form.draft} onChange={form.setDraft} error={form.error} way={form.way} />
    </>
  );
}

interface IssuedDialogProps {
  readonly issued: Issued;
  readonly onDone: () => void;
}

/** Tells link and code, or gives file and words, this once. */
export function IssuedDialog({ issued, onDone }: IssuedDialogProps) {
  return issued.kind === 'file' ? (
    <SealedDeliveryDialog made={issued.made} onDone={onDone} />
  ) : (
    <DeliveryDialog made={issued.made} onDone={onDone} />
  );
}
