import { useState } from 'react';
import type { PartnerId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import { useCreateApplication, useUpdateApplication } from '#renderer/api/commands.ts';
import { scriptWarning } from '#renderer/format/script-warning.ts';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { SlugField, slugOf } from './slug-field.tsx';

interface ApplicationFormOptions {
  readonly partnerId: PartnerId;
  /** The application to change; a new one without. */
  readonly application?: Application | undefined;
  /** Prefilled contact of a new application. */
  readonly contactEmail?: string | undefined;
}

/** What is typed about an application, and the command that creates it or, given one, changes it. */
export function useApplicationForm({ partnerId, application, contactEmail = '' }: ApplicationFormOptions) {
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
  // The slug follows the name until somebody types one.
  const slug = draft.slug ?? slugOf(draft.name);
  /** Answers the saved application; null when it was refused, with the reason in `error`. */
  const save = async (): Promise<Application | null> => {
    const { name, note } = draft;
    const externalId = draft.externalId.trim() === '' ? null : draft.externalId;
    const fields = { name, contactEmail: draft.contactEmail, note, externalId };
    const outcome =
      application === undefined
        ? await create.run({ partnerId, slug, ...fields })
        : await update.run({ applicationId: application.id, ...fields });
    return outcome.ok ? outcome.data : null;
  };
  return {
    draft: { ...draft, slug },
    isNew: application === undefined,
    set: (change: Partial<typeof draft>) => setDraft((former) => ({ ...former, ...change })),
    save,
    error: command.error,
    isRunning: command.isRunning,
  };
}

/** What uses a key, and who answers for it. */
export function ApplicationFields({ form }: { readonly form: ReturnType<typeof useApplicationForm> }) {
  const { draft, set } = form;
  const error = (path: string) => form.error?.field(path);
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => set({ name })}
        help={scriptWarning(draft.name)}
        error={error('name')}
        required
      />
      <SlugField
        slug={draft.slug}
        isFixed={!form.isNew}
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
    </>
  );
}
