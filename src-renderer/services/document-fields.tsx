import { bytes } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ChooseFile } from '#renderer/ui/choose-file.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import styles from './services.module.css';

/** How what is imported is written. */
export type ImportFormat = 'openapi' | 'lines';

/** What is imported. */
export interface ImportDocument {
  readonly format: ImportFormat;
  readonly text: string;
  /** Name of the file that it was read from; null when it was pasted or changed. */
  readonly fileName: string | null;
}

const EXAMPLE = {
  openapi: '{ "openapi": "3.1.0", "paths": { "/inventory/{id}": { "get": {} } } }',
  lines: 'GET /inventory\nGET /inventory/{id}\nPOST /offers',
} as const;

/** A longer file is named and not shown: laying it out would take longer than comparing it. */
const SHOWN_CHARACTERS_MAX = 200_000;

interface DocumentFieldsProps {
  readonly document: ImportDocument;
  readonly onChange: (part: Partial<ImportDocument>) => void;
}

/** Format and text of what is imported, pasted or from a file. */
export function DocumentFields({ document: { format, text, fileName }, onChange }: DocumentFieldsProps) {
  return (
    <>
      <RadioGroup<ImportFormat>
        label="Format"
        isInline
        value={format}
        options={[
          { value: 'openapi', label: 'OpenAPI or Swagger document' },
          { value: 'lines', label: 'Lines' },
        ]}
        onChange={(next) => onChange({ format: next })}
      />
      <ChooseFile
        label="File to import"
        accept=".json,.yaml,.yml,.txt"
        onChoose={(file) => onChange({ text: file.text, fileName: file.name })}
      />
      {fileName !== null && text.length > SHOWN_CHARACTERS_MAX ? (
        <p className={styles.file}>
          <span>
            <strong>{fileName}</strong>, {bytes(text.length)}. Too long to be shown here.
          </span>
          <Button onClick={() => onChange({ text: '', fileName: null })}>Take it out</Button>
        </p>
      ) : (
        <TextArea
          label={format === 'openapi' ? 'Document' : 'Endpoints, one a line'}
          isMono
          rows={10}
          placeholder={EXAMPLE[format]}
          value={text}
          onChange={(next) => onChange({ text: next, fileName: null })}
        />
      )}
    </>
  );
}
