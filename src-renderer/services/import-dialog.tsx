import { useDeferredValue, useState } from 'react';
import type { ImportPreview, ImportResult } from '#contract/endpoint-import.ts';
import type { Service } from '#contract/services.ts';
import { useImportEndpoints } from '#renderer/api/commands.ts';
import { useImportPreview } from '#renderer/api/queries.ts';
import { bytes, counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { DocumentFields, type ImportDocument } from './document-fields.tsx';
import { ImportChanges } from './import-preview.tsx';
import styles from './services.module.css';

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
  const [document, setDocument] = useState<ImportDocument>({ format: 'openapi', text: '', fileName: null });
  const [removesOf, setRemovesOf] = useState<string | null>(null);
  const source = useDeferredValue(document.text);
  const isEmpty = source.trim() === '';
  const input = {
    serviceId: service.id,
    ...(document.format === 'openapi' ? { openapi: source } : { lines: source }),
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
        <DocumentFields document={document} onChange={(part) => setDocument({ ...document, ...part })} />
        {!isEmpty && result === undefined && preview.error === null && (
          <Working label="Comparing with the catalogue" text={source} />
        )}
        {!isEmpty && <ErrorNote error={preview.error} />}
        {result !== undefined && (
          <ImportChanges
            preview={result}
            isRemoving={isRemoving}
            onRemoving={(next) => setRemovesOf(next ? source : null)}
          />
        )}
        {run.isRunning && <Working label="Importing" text={source} />}
        <ErrorNote error={run.error} />
      </div>
    </Dialog>
  );
}

interface WorkingProps {
  /** What goes on: "Comparing with the catalogue". */
  readonly label: string;
  readonly text: string;
}

function Working({ label, text }: WorkingProps) {
  const words = `${label}: ${bytes(text.length)}`;
  return (
    <div className={styles.working}>
      <span role="status" className={styles.quiet}>
        {words}
      </span>
      <ProgressBar label={label} share={null} valueText={words} />
    </div>
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
