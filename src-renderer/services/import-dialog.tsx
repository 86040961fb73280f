import { useDeferredValue, useRef, useState } from 'react';
import type { ImportResult, Service } from '#contract/services.ts';
import { useImportEndpoints } from '#renderer/api/commands.ts';
import { useImportPreview } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote, SkeletonLines } from '#renderer/ui/states.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './services.module.css';

type Format = 'openapi' | 'lines';

const EXAMPLE = {
  openapi: '{ "openapi": "3.1.0", "paths": { "/inventory/{id}": { "get": {} } } }',
  lines: 'GET /inventory\nGET /inventory/{id}\nPOST /offers',
} as const;

/** Reads an OpenAPI document or pasted lines, shows what would change, then does it. Mounted only while open. */
export function ImportDialog({
  service,
  onClose,
}: {
  readonly service: Service;
  readonly onClose: () => void;
}) {
  const run = useImportEndpoints();
  const { say } = useToasts();
  const [format, setFormat] = useState<Format>('openapi');
  const [text, setText] = useState('');
  const source = useDeferredValue(text);
  const isEmpty = source.trim() === '';
  const input = {
    serviceId: service.id,
    ...(format === 'openapi' ? { openapi: source } : { lines: source }),
  };
  const preview = useImportPreview(input, { isEnabled: !isEmpty });

  const submit = async () => {
    const outcome = await run.run(input);
    if (!outcome.ok) return;
    say(
      `${counted(outcome.data.added, 'endpoint')} added, ${counted(outcome.data.updated, 'endpoint')} updated`,
    );
    onClose();
  };
  const result = isEmpty ? undefined : preview.data;
  const hasNothing = result !== undefined && result.added + result.updated === 0;

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title={`Import endpoints into ${service.name}`}
      description="OpenAPI 3.x or Swagger 2, as JSON or YAML, or one METHOD /path per line. References to other documents are reported and never fetched."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={run.isRunning}
            disabledReason={importHindrance(isEmpty, hasNothing, preview.error)}
            onClick={() => void submit()}
          >
            Import endpoints
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <DocumentFields format={format} onFormat={setFormat} text={text} onText={setText} />
        {!isEmpty && result === undefined && preview.error === null && <SkeletonLines lines={2} />}
        {!isEmpty && <ErrorNote error={preview.error} />}
        {result !== undefined && <Preview result={result} />}
        <ErrorNote error={run.error} />
      </div>
    </Dialog>
  );
}

interface DocumentFieldsProps {
  readonly format: Format;
  readonly onFormat: (format: Format) => void;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function DocumentFields({ format, onFormat, text, onText }: DocumentFieldsProps) {
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <RadioGroup<Format>
        label="Format"
        isInline
        value={format}
        options={[
          { value: 'openapi', label: 'OpenAPI or Swagger document' },
          { value: 'lines', label: 'Lines' },
        ]}
        onChange={onFormat}
      />
      <div className={styles.row}>
        <Button onClick={() => file.current?.click()}>Choose file…</Button>
        <span className={styles.quiet}>or paste below</span>
        <input
          ref={file}
          type="file"
          hidden
          accept=".json,.yaml,.yml,.txt"
          aria-label="File to import"
          onChange={(event) => {
            void event.target.files?.[0]?.text().then(onText);
            event.target.value = '';
          }}
        />
      </div>
      <TextArea
        label={format === 'openapi' ? 'Document' : 'Endpoints, one a line'}
        isMono
        rows={10}
        placeholder={EXAMPLE[format]}
        value={text}
        onChange={onText}
      />
    </>
  );
}

function importHindrance(isEmpty: boolean, hasNothing: boolean, error: unknown): string | undefined {
  if (isEmpty) return 'Paste or choose a document first.';
  if (error !== null) return 'The document cannot be read yet.';
  return hasNothing ? 'The catalogue has all of this already.' : undefined;
}

function Preview({ result }: { readonly result: ImportResult }) {
  return (
    <div role="status" className={styles.form}>
      <p className={styles.counts}>
        <span>
          <strong>{result.added}</strong> to add
        </span>
        <span>
          <strong>{result.updated}</strong> to update
        </span>
        <span>
          <strong>{result.unchanged}</strong> unchanged
        </span>
      </p>
      {result.problems.length > 0 && (
        <>
          <p>{counted(result.problems.length, 'problem')}; the rest can be imported:</p>
          <ul className={styles.problems} tabIndex={0} aria-label="Problems">
            {result.problems.map((problem) => (
              <li key={`${String(problem.line)} ${problem.where} ${problem.message}`}>
                {problem.line !== null && `Line ${String(problem.line)}: `}
                <span className={styles.mono}>{problem.where}</span> {problem.message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
