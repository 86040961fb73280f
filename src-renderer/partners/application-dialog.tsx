import type { PartnerId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { ApplicationFields, useApplicationForm } from './application-form.tsx';

interface ApplicationDialogProps {
  readonly partnerId: PartnerId;
  /** The application to change; a new one without. */
  readonly application?: Application;
  /** Prefilled contact of a new application. */
  readonly contactEmail?: string;
  readonly onClose: () => void;
  readonly onDone: (application: Application) => void;
}

/** Creates an application of a partner or changes one. Mounted only while open. */
export function ApplicationDialog(props: ApplicationDialogProps) {
  const { partnerId, application, contactEmail, onClose, onDone } = props;
  const form = useApplicationForm({ partnerId, application, contactEmail });
  const submit = async () => {
    const saved = await form.save();
    if (saved !== null) onDone(saved);
  };
  return (
    <FormDialog
      title={application === undefined ? 'New application' : `Edit ${application.name}`}
      description="What uses a key: one integration, service or team. It gets keys of its own."
      submitLabel={application === undefined ? 'Create application' : 'Save changes'}
      isBusy={form.isRunning}
      error={form.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ApplicationFields form={form} />
    </FormDialog>
  );
}
