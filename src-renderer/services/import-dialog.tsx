import { useDeferredValue, useRef, useState } from 'react';
import type { ImportPreview, ImportResult } from '#contract/endpoint-import.ts';
import type { Service } from '#contract/services.ts';
import { useImportEndpoints } from '#renderer/api/commands.ts';
import { useImportPreview } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote, SkeletonLines } from '#renderer/ui/states.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { ImportChanges } from './import-preview.tsx';
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
  const [removesOf, setRemovesOf] = useState<string | null>(null);
  const source = useDeferredValue(text);
  const isEmpty = source.trim() === '';
  const input = {
    serviceId: service.id,
    ...(format === 'openapi' ? { openapi: source } : { lines: source }),
  };
  const preview = useImportPreview(input, { isEnabled: !isEmpty });

  const result = isEmpty ? undefined : preview.data;
  // A choice about one document is none about the next.
  const isRemoving = removesOf === source;
  const removed = isRemoving ? (result?.removedEndpoints ?? []) : [];
  const submit = async () => {
    const outcome = await run.run({
      ...input,
      removeEndpointIds: removed.map(({ endpointId }) => endpointId),
    });
    if (!outcome.ok) return;
    say(doneText(outcome.data));
    onClose();
  };
  const hasNothing = result !== undefined && hasNoChange(result) && removed.length === 0;

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
        {result !== undefined && (
          <ImportChanges
            preview={result}
            isRemoving={isRemoving}
            onRemoving={(next) => setRemovesOf(next ? source : null)}
          />
        )}
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

function hasNoChange({ added, updated }: Pick<ImportPreview, 'added' | 'updated'>): boolean {
  return added === 0 && updated === 0;
}

function doneText({ added, updated, removed }: ImportResult): string {
  const text = `${counted(added, 'endpoint')} added, ${counted(updated, 'endpoint')} updated`;
  return removed === 0 ? text : `${text}, ${counted(removed, 'endpoint')} removed`;
}

function importHindrance(isEmpty: boolean, hasNothing: boolean, error: unknown): string | undefined {
  if (isEmpty) return 'Paste or choose a document first.';
  if (error !== null) return 'The document cannot be read yet.';
  return hasNothing ? 'The catalogue has all of this already.' : undefined;
}
