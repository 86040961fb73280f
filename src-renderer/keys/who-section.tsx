import { useState } from 'react';
import { applicationId, partnerId } from '#contract/ids.ts';
import { useApplications, useKeysPage, usePartners, useTemplates } from '#renderer/api/queries.ts';
import { ApplicationDialog } from '#renderer/partners/application-dialog.tsx';
import { PartnerDialog } from '#renderer/partners/partner-dialog.tsx';
import { scriptWarning } from '#renderer/format/script-warning.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { nowMs } from '#renderer/format/clock.ts';
import { grantWords, lifeWords } from '#renderer/templates/template-words.ts';
import formStyles from '#renderer/ui/form.module.css';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import type { SectionProps } from './key-draft.ts';
import { filledIn } from './key-template.ts';

const NO_TEMPLATE = 'none';

const ENVIRONMENT_OPTIONS = [
  { value: 'live', label: 'Live' },
  { value: 'test', label: 'Test' },
] as const;

/** Whose key it is: partner, application, name, environment, tags, note. */
export function WhoSection({ draft, onChange, errorOf }: SectionProps) {
  const hasTwin = useHasTwin(draft.applicationId, draft.name);

  return (
    <section className={formStyles.section} aria-label="Who">
      <h2>Who</h2>
      <TemplateField {...{ draft, onChange, errorOf }} />
      <OwnerFields {...{ draft, onChange, errorOf }} />
      <TextField
        id="key-name"
        label="Name"
        placeholder="What the key is for"
        value={draft.name}
        onChange={(name) => onChange({ name })}
        help={hasTwin ? 'This application already has a key with this name.' : scriptWarning(draft.name)}
        error={errorOf('key-name')}
        required
      />
      <RadioGroup
        id="key-environment"
        label="Environment"
        isInline
        value={draft.environment}
        options={ENVIRONMENT_OPTIONS}
        onChange={(environment) => onChange({ environment })}
      />
      <TextField
        id="key-tags"
        label="Tags"
        isOptional
        placeholder="team=search v=2"
        help="Separated by spaces or commas."
        value={draft.tags}
        onChange={(tags) => onChange({ tags })}
        error={errorOf('key-tags')}
      />
      <TextArea
        id="key-note"
        label="Note"
        isOptional
        rows={2}
        value={draft.note}
        onChange={(note) => onChange({ note })}
        error={errorOf('key-note')}
      />
    </section>
  );
}

function TemplateField({ draft, onChange }: SectionProps) {
  const templates = useTemplates().data?.items ?? [];
  if (templates.length === 0) return null;
  return (
    <Select
      id="key-template"
      label="Template"
      value={draft.templateId ?? NO_TEMPLATE}
      options={[
        { value: NO_TEMPLATE, label: 'None: choose everything here' },
        ...templates.map((template) => ({
          value: template.id,
          label: template.name,
          detail: `${grantWords(template)}, ${lifeWords(template)}`,
        })),
      ]}
      onChange={(id) => {
        const chosen = templates.find((template) => template.id === id);
        // Without a template what was filled in stays: it is a beginning.
        onChange(chosen === undefined ? { templateId: null } : filledIn(chosen, nowMs()));
      }}
      help={draft.templateId === null ? undefined : 'Then only a name and an application are missing.'}
    />
  );
}

function OwnerFields({ draft, onChange, errorOf }: SectionProps) {
  const partners = usePartners();
  const applications = useApplications(draft.partnerId === null ? {} : { partnerId: draft.partnerId });
  const [isCreating, setCreating] = useState<'partner' | 'application' | null>(null);
  const partner = partners.data?.items.find((item) => item.id === draft.partnerId);
  const application = applications.data?.items.find((item) => item.id === draft.applicationId);
  return (
    <>
      <Combobox
        id="key-partner"
        label="Partner"
        placeholder="Find or create a partner"
        value={draft.partnerId}
        options={(partners.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
        onChange={(value) =>
          onChange({ partnerId: value === null ? null : partnerId.parse(value), applicationId: null })
        }
        onCreate={() => setCreating('partner')}
        createLabel={() => 'New partner…'}
        error={errorOf('key-partner')}
      />
      <Combobox
        id="key-application"
        label="Application"
        placeholder="Find or create an application"
        value={draft.applicationId}
        options={(applications.data?.items ?? []).map((item) => ({
          value: item.id,
          label: item.name,
          detail: draft.partnerId === null ? item.partnerName : item.slug,
        }))}
        onChange={(value) => {
          const chosen = applications.data?.items.find((item) => item.id === value);
          onChange({
            applicationId: value === null ? null : applicationId.parse(value),
            ...(chosen === undefined ? {} : { partnerId: chosen.partnerId }),
          });
        }}
        {...(draft.partnerId === null
          ? {}
          : { onCreate: () => setCreating('application'), createLabel: () => 'New application…' })}
        help={application === undefined ? undefined : `Contact ${application.contactEmail}`}
        error={errorOf('key-application')}
      />
      {isCreating === 'partner' && (
        <PartnerDialog
          onClose={() => setCreating(null)}
          onDone={(made) => {
            setCreating(null);
            onChange({ partnerId: made.id, applicationId: null });
          }}
        />
      )}
      {isCreating === 'application' && draft.partnerId !== null && (
        <ApplicationDialog
          partnerId={draft.partnerId}
          {...(partner === undefined ? {} : { contactEmail: partner.contactEmail })}
          onClose={() => setCreating(null)}
          onDone={(made) => {
            setCreating(null);
            onChange({ applicationId: made.id });
          }}
        />
      )}
    </>
  );
}

function useHasTwin(ofApplication: SectionProps['draft']['applicationId'], name: string): boolean {
  const text = name.trim();
  const keys = useKeysPage(
    { filter: ofApplication === null ? {} : { applicationId: ofApplication, text }, limit: 20 },
    { isEnabled: ofApplication !== null && text !== '', keepsPrevious: true },
  );
  return (
    ofApplication !== null &&
    text !== '' &&
    (keys.data?.items.some((key) => key.name.toLowerCase() === text.toLowerCase()) ?? false)
  );
}
