import type { ApiError } from '#renderer/api/client.ts';
import { useTemplates } from '#renderer/api/queries.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import styles from './access.module.css';
import type { SettingsDraft } from './settings-draft.ts';

interface AutomaticFieldsProps {
  readonly draft: SettingsDraft;
  readonly onChange: (part: Partial<SettingsDraft>) => void;
  readonly error: ApiError | null;
}

/** Small test keys that nobody has to approve. */
export function AutomaticFields({ draft, onChange, error }: AutomaticFieldsProps) {
  const templates = useTemplates().data?.items ?? [];
  return (
    <>
      <Checkbox
        label="Small test keys need no approval"
        help="Test environment only, with the limits of a trial, for what the template allows. Needs a public address: the key comes by a one-time link."
        isChecked={draft.isAutomatic}
        onChange={(isAutomatic) => onChange({ isAutomatic })}
      />
      {draft.isAutomatic && (
        <div className={styles.two}>
          <Combobox
            label="Template"
            value={draft.templateId}
            options={templates.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => onChange({ templateId: templates.find((one) => one.id === id)?.id ?? null })}
            error={error?.field('automatic.templateId')}
          />
          <NumberField
            label="At most"
            suffix="keys a day"
            min={1}
            max={100}
            value={draft.perDayMax}
            onChange={(perDayMax) => onChange({ perDayMax })}
          />
          <NumberField
            label="For up to"
            suffix="requests a day"
            min={1}
            max={10_000}
            value={draft.requestsPerDayMax}
            onChange={(requestsPerDayMax) => onChange({ requestsPerDayMax })}
          />
          <TextArea
            label="Domains of contacts"
            isOptional
            rows={2}
            value={draft.mailDomains}
            onChange={(mailDomains) => onChange({ mailDomains })}
            help="One a line; none means any. Anybody can write any address: confirmation is what proves it."
          />
        </div>
      )}
    </>
  );
}
