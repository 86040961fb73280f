import type { Partner } from '#contract/partners.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { PartnerFields, usePartnerForm } from './partner-form.tsx';

interface PartnerDialogProps {
  /** The partner to change; a new one without. */
  readonly partner?: Partner;
  readonly onClose: () => void;
  readonly onDone: (partner: Partner) => void;
}

/** Creates a partner or changes one. Mounted only while open. */
export function PartnerDialog({ partner, onClose, onDone }: PartnerDialogProps) {
  const form = usePartnerForm(partner);
  const submit = async () => {
    const saved = await form.save();
    if (saved !== null) onDone(saved);
  };
  return (
    <FormDialog
      title={partner === undefined ? 'New partner' : `Edit ${partner.name}`}
      description="An organisation or team that uses your APIs, with somebody who can be reached."
      submitLabel={partner === undefined ? 'Create partner' : 'Save changes'}
      isBusy={form.isRunning}
      error={form.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <PartnerFields form={form} />
    </FormDialog>
  );
}
