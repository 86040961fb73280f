import { useState } from 'react';
import type { PartnerId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import { useCreateApplication, useUpdateApplication } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { SlugField, slugOf } from './slug-field.tsx';

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
  const { partnerId, application, contactEmail = '', onClose, onDone } = props;
  const create = useCreateApplication();
  const update = useUpdateApplication();
  const command = application === undefined ? create : update;
  const [draft, setDraft] = useState({
    name: application?.name ?? '',
    slug: application?.slug ?? null,
    contactEmail: application?.contactEmail ?? contactEmail,
    note: application?.note ?? '',
    externalId: application?.externalId ?? '',
  });
  const set = (change: Partial<typeof draft>) => setDraft((former) => ({ ...former, ...change }));
  const error = (path: string) => command.error?.field(path);
  // The slug follows the name until somebody types one.
  const slug = draft.slug ?? slugOf(draft.name);

  const submit = async () => {
    const { name, note } = draft;
    const externalId = draft.externalId.trim() === '' ? null : draft.externalId;
    const fields = { name, contactEmail: draft.contactEmail, note, externalId };
    const outcome =
      application === undefined
        ? await create.run({ partnerId, slug, ...fields })
        : await update.run({ applicationId: application.id, ...fields });
    if (outcome.ok) onDone(outcome.data);
  };

  return (
    <FormDialog
      title={application === undefined ? 'New application' : `Edit ${application.name}`}
      description="What uses a key: one integration, service or team. It gets keys of its own."
      submitLabel={application === undefined ? 'Create application' : 'Save changes'}
      isBusy={command.isRunning}
      error={command.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => set({ name })}
        error={error('name')}
        required
      />
      <SlugField
        slug={slug}
        isFixed={application !== undefined}
        onChange={(text) => set({ slug: text })}
        error={error('slug')}
      />
      <TextField
        label="Contact e-mail"
        type="email"
        value={draft.contactEmail}
        onChange={(email) => set({ contactEmail: email })}
        help="Refusals name this address, so that callers know whom to ask."
        error={error('contactEmail')}
        required
      />
      <TextField
        label="External id"
        isOptional
        isMono
        value={draft.externalId}
        onChange={(externalId) => set({ externalId })}
        help="Your own number for it; services get it with every verification."
        error={error('externalId')}
      />
      <TextArea
        label="Note"
        isOptional
        value={draft.note}
        onChange={(note) => set({ note })}
        error={error('note')}
      />
    </FormDialog>
  );
}
