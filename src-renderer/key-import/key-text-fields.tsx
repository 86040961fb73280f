import type { KeyImportFormat } from '#contract/key-import.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { ChooseFile } from '#renderer/ui/choose-file.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import type { ImportFieldsProps } from './import-draft.ts';
import styles from './key-import.module.css';

const FORMATS: readonly {
  readonly value: KeyImportFormat;
  readonly label: string;
  readonly detail: string;
}[] = [
  { value: 'plain', label: 'Keys', detail: 'One a line: the key, or a name, a comma and the key.' },
  {
    value: 'sha256',
    label: 'SHA-256 hashes',
    detail: 'One a line, hex or base64, with a name and a comma before it where there is one.',
  },
  {
    value: 'aws-csv',
    label: 'AWS API Gateway',
    detail: 'The exported file of API keys, with its column names in the first line.',
  },
  {
    value: 'kong',
    label: 'Kong',
    detail: 'A deck dump with its consumers, or answers of /consumers and /key-auths, one a line.',
  },
];
const EXAMPLES: Readonly<Record<KeyImportFormat, string>> = {
  plain: 'Data feed,4f3c2b1a-…\nKiosks,9d8e7f6a-…',
  sha256: 'Data feed,9f86d081884c7d65…',
  'aws-csv': 'Name,Key,Description,Enabled,UsagePlanIds',
  kong: '_format_version: "3.0"\nconsumers:\n- username: data-feed\n  keyauth_credentials:\n  - key: 4f3c2b1a-…',
};

/** The text of the keys, and how it is written. */
export function KeyTextFields(props: ImportFieldsProps) {
  const { draft, onChange, errorOf, idOf } = props;
  return (
    <>
      <RadioGroup
        label="How they are written"
        value={draft.format}
        options={FORMATS}
        onChange={(format) => onChange({ format })}
      />
      <ChooseFile
        label="File with keys"
        accept={draft.format === 'kong' ? '.yaml,.yml,.json' : '.csv,.txt'}
        onChoose={({ text }) => onChange({ text })}
      />
      <TextArea
        id={idOf('text')}
        label="Keys to import"
        isMono
        rows={12}
        placeholder={EXAMPLES[draft.format]}
        value={draft.text}
        onChange={(text) => onChange({ text })}
        help="Stored as hashes only. Nothing of this text stays on this page once you leave it."
        error={errorOf('text')}
      />
      {draft.format === 'sha256' && <ShapeFields {...props} />}
      {draft.format === 'kong' && (
        <Checkbox
          label="Make each consumer an application"
          help="Of the partner of the application above, which gets the keys that have no consumer."
          isChecked={draft.consumersAsApplications}
          onChange={(consumersAsApplications) => onChange({ consumersAsApplications })}
        />
      )}
    </>
  );
}

function ShapeFields({ draft, onChange, errorOf, idOf }: ImportFieldsProps) {
  return (
    <Disclosure label="What the keys behind the hashes look like" isInUse={draft.shapePrefix !== ''}>
      <p className={styles.quiet}>
        A hash does not tell. With this, texts that cannot be such a key are refused without a look-up.
      </p>
      <div className={styles.shape}>
        <TextField
          id={idOf('shape.prefix')}
          label="They begin with"
          isOptional
          isMono
          value={draft.shapePrefix}
          onChange={(shapePrefix) => onChange({ shapePrefix })}
          error={errorOf('shape.prefix')}
        />
        <NumberField
          id={idOf('shape.lengthMin')}
          label="Shortest"
          suffix="characters"
          value={draft.shapeMin}
          onChange={(shapeMin) => onChange({ shapeMin })}
          error={errorOf('shape.lengthMin')}
        />
        <NumberField
          id={idOf('shape.lengthMax')}
          label="Longest"
          suffix="characters"
          value={draft.shapeMax}
          onChange={(shapeMax) => onChange({ shapeMax })}
          error={errorOf('shape.lengthMax')}
        />
      </div>
    </Disclosure>
  );
}
