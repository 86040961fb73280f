import { useState } from 'react';
import type { Template } from '#contract/templates.ts';
import { useCreateApplication, useCreateKeyFromTemplate, useCreatePartner } from '#renderer/api/commands.ts';
import { emailAddress } from '#contract/names.ts';
import { useApplications, useTemplates } from '#renderer/api/queries.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { grantWords, lifeWords } from '#renderer/templates/template-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './welcome.module.css';

const PARTNER = 'First partner';
const APPLICATION = 'First application';

/** Making the first key: partner and application come with it, where there are none yet. */
function useFirstKey() {
  const applications = useApplications().data?.items ?? [];
  const [idempotencyKey] = useState(newIdempotencyKey);
  const partner = useCreatePartner();
  const application = useCreateApplication();
  const create = useCreateKeyFromTemplate();
  const makeApplication = async (contactEmail: string) => {
    const owner = await partner.run({ name: PARTNER, tier: 'external', contactEmail });
    if (!owner.ok) return null;
    const partnerId = owner.data.id;
    const made = await application.run({ partnerId, name: APPLICATION, slug: 'first', contactEmail });
    return made.ok ? made.data.id : null;
  };
  return {
    needsContact: applications.length === 0,
    contactError: partner.error?.fields.find(({ path }) => path === 'contactEmail')?.message,
    error: partner.error ?? application.error ?? create.error,
    isRunning: partner.isRunning || application.isRunning || create.isRunning,
    /** The text of the new key; null when it could not be made. */
    make: async (template: Template, name: string, contactEmail: string) => {
      // A reload may have come between the steps.
      const applicationId = applications[0]?.id ?? (await makeApplication(contactEmail));
      if (applicationId === null) return null;
      const environment = template.environment ?? 'live';
      const input = { templateId: template.id, applicationId, name, environment, idempotencyKey };
      const outcome = await create.run(input);
      return outcome.ok ? { secret: outcome.data.secret } : null;
    },
  };
}

/** The form of the first key. `onMade` gets its text, shown nowhere else. */
export function KeyStep({ onMade }: { readonly onMade: (secret: string | null) => void }) {
  const templates = useTemplates().data?.items ?? [];
  const [name, setName] = useState('My first key');
  const [email, setEmail] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const first = useFirstKey();
  const template =
    templates.find(({ id }) => id === chosen) ??
    templates.find(({ name: known }) => known === 'Read-only data feed') ??
    templates[0];
  const [isTried, setTried] = useState(false);
  const problem = emailAddress.safeParse(email.trim()).error?.issues[0]?.message;
  const submit = async () => {
    setTried(true);
    if (first.needsContact && problem !== undefined) return;
    const made = template === undefined ? null : await first.make(template, name, email.trim());
    if (made !== null) onMade(made.secret);
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={styles.quiet}>
        A key belongs to an application of a partner, so that somebody can always be asked about it.
      </p>
      {first.needsContact && (
        <TextField
          label="Your e-mail address, as the contact"
          type="email"
          autoComplete="email"
          value={email}
          onChange={setEmail}
          error={isTried ? (problem ?? first.contactError) : undefined}
        />
      )}
      <TextField label="Name of the key" value={name} onChange={setName} />
      <Select
        label="Template"
        value={template?.id ?? ''}
        options={templates.map((one) => ({
          value: String(one.id),
          label: one.name,
          detail: `${grantWords(one)}, ${lifeWords(one)}`,
        }))}
        onChange={setChosen}
        help={template?.description}
      />
      <ErrorNote error={first.error} />
      <div>
        <Button
          type="submit"
          variant="primary"
          isBusy={first.isRunning}
          disabledReason={
            first.needsContact && email.trim() === '' ? 'Say who can be asked about this key.' : undefined
          }
        >
          Create key
        </Button>
      </div>
    </form>
  );
}
