import { useState } from 'react';
import type { AccessSettings } from '#contract/access-settings.ts';
import { useUpdateAccessSettings } from '#renderer/api/commands.ts';
import { useAccessSettings } from '#renderer/api/access-queries.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './access.module.css';
import { AutomaticFields } from './automatic-fields.tsx';
import { draftOfSettings, settingsOfDraft, type SettingsDraft } from './settings-draft.ts';
import { TrialFields } from './trial-fields.tsx';

const CATALOGUE = [
  { value: 'nobody', label: 'Nobody', detail: 'They write what they want to call.' },
  {
    value: 'local',
    label: 'Who calls this machine directly',
    detail: 'Not who comes by the public address.',
  },
  { value: 'everyone', label: 'Everybody', detail: 'Strangers outside read the names of your endpoints.' },
] as const;
const CONFIRMS = [
  {
    value: 'always',
    label: 'Every key',
    detail: 'It is suspended until somebody enters the code that its contact got.',
  },
  {
    value: 'live_only',
    label: 'Live keys only',
    detail: 'Test keys work at once, whatever address was written.',
  },
] as const;

/** How people ask: form, terms, confirmation, trials and what needs nobody's approval. */
export function AccessSettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const settings = useAccessSettings().data;
  return settings === undefined ? null : <SettingsForm settings={settings} onClose={onClose} />;
}

interface SettingsFormProps {
  readonly settings: AccessSettings;
  readonly onClose: () => void;
}

function SettingsForm({ settings, onClose }: SettingsFormProps) {
  const update = useUpdateAccessSettings();
  const { say } = useToasts();
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOfSettings(settings));
  const set = (part: Partial<SettingsDraft>) => setDraft((before) => ({ ...before, ...part }));
  const read = settingsOfDraft(draft);
  const submit = async () => {
    if (!read.ok) return;
    const outcome = await update.run(read.settings);
    if (!outcome.ok) return;
    say('People ask as you said from now on.');
    onClose();
  };
  return (
    <FormDialog
      title="How people ask for a key"
      size="large"
      submitLabel="Save"
      isBusy={update.isRunning}
      disabledReason={read.ok ? undefined : read.problem}
      error={update.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Checkbox
        label="Strangers can ask by the form"
        help="Otherwise the page says whom to write to."
        isChecked={draft.isOpen}
        onChange={(isOpen) => set({ isOpen })}
      />
      <TextArea
        label="Why you ask"
        isOptional
        rows={2}
        value={draft.introduction}
        onChange={(introduction) => set({ introduction })}
        help="Above the form and on the page of a key’s holder; without it, that keys are for support and not out of suspicion."
        error={update.error?.field('introduction')}
      />
      <TextArea
        label="Terms"
        isOptional
        rows={4}
        value={draft.terms}
        onChange={(terms) => set({ terms })}
        help={
          settings.termsVersion === null
            ? 'Applicants accept them. Each change is a new version.'
            : `Version ${String(settings.termsVersion)}. A change makes the next one; requests keep the one they accepted.`
        }
        error={update.error?.field('terms')}
      />
      <PolicyField
        value={draft.policy}
        onChange={(policy) => set({ policy })}
        error={update.error?.field('policy')}
      />
      <RadioGroup
        label="Who may read the endpoint catalogue in the form"
        value={draft.catalogue}
        options={CATALOGUE}
        onChange={(catalogue) => set({ catalogue })}
      />
      <RadioGroup
        label="Whose contact must be confirmed"
        value={draft.confirms}
        options={CONFIRMS}
        onChange={(confirms) => set({ confirms })}
      />
      <div className={styles.group}>
        <TrialFields draft={draft} onChange={set} />
      </div>
      <div className={styles.group}>
        <AutomaticFields draft={draft} onChange={set} error={update.error} />
      </div>
    </FormDialog>
  );
}

interface PolicyFieldProps {
  readonly value: string;
  readonly onChange: (policy: string) => void;
  readonly error: string | undefined;
}

function PolicyField(props: PolicyFieldProps) {
  return (
    <TextArea
      {...props}
      label="Policy"
      isOptional
      rows={8}
      help="On the page /policy, which the form and the page of a key’s holder link to. “# ” makes a heading, “- ” a point. Empty: our text for new versions, forks, splits, changes of team and leaks."
    />
  );
}
