import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { KeyImportResult } from '#contract/key-import.ts';
import { useImportKeys } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { ErrorSummary } from '#renderer/ui/error-summary.tsx';
import styles from '#renderer/ui/form.module.css';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TrialFooter } from '#renderer/ui/trial-footer.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { EMPTY_IMPORT, readImport, type ImportDraft } from './import-draft.ts';
import { ImportFields } from './import-fields.tsx';
import { Imported, ImportPreview } from './import-result.tsx';

/** Takes over keys of another system: first a trial that changes nothing, then the import. What was pasted is held by this page
 *  alone and is gone with it. */
export function ImportKeysPage() {
  const [imported, setImported] = useState<KeyImportResult | null>(null);
  return (
    <Page>
      <PageHeader title="Import keys">
        <p>
          <Link to="/keys">All keys</Link>
        </p>
      </PageHeader>
      {imported === null ? (
        <ImportForm onImported={setImported} />
      ) : (
        <Imported result={imported} onMore={() => setImported(null)} />
      )}
    </Page>
  );
}

const LABELS: Readonly<Record<string, string>> = {
  applicationId: 'Application',
  scopeIds: 'Scopes',
  planId: 'Plan',
  noExpiryReason: 'Reason for no expiry',
  text: 'Keys',
  shape: 'What the keys look like',
};
const fieldIdOf = (path: string) => `import-${path.replaceAll('.', '-')}`;

function ImportForm({ onImported }: { readonly onImported: (result: KeyImportResult) => void }) {
  const environment = useEnvironment();
  const [draft, setDraft] = useState<ImportDraft>({ ...EMPTY_IMPORT, environment: environment ?? 'live' });
  const form = useImportForm(draft);
  const forbidden = useForbidden()('keys.import');
  const errorOf = (path: string) => form.problems.find((problem) => problem.path === path)?.message;
  const importNow = async () => {
    const result = await form.send(false);
    if (result !== null) onImported(result);
  };
  const count = form.preview?.imported.length ?? 0;
  const hindrance = forbidden ?? importHindrance(form.preview, count);
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (forbidden === undefined) void form.send(true);
      }}
    >
      <ErrorSummary
        attempt={form.attempt}
        problems={form.problems.map(({ path, message }) => ({
          fieldId: fieldIdOf(path),
          label: LABELS[path.split('.')[0] ?? ''] ?? 'Keys',
          message,
        }))}
      />
      <ImportFields
        draft={draft}
        onChange={(part) => {
          setDraft({ ...draft, ...part });
          form.forget();
        }}
        errorOf={errorOf}
        idOf={fieldIdOf}
      />
      <ErrorNote error={form.problems.length === 0 ? form.error : null} />
      <div role="status">{form.preview !== null && <ImportPreview result={form.preview} />}</div>
      <TrialFooter
        isRunning={form.isRunning}
        trialHindrance={forbidden}
        importHindrance={hindrance}
        importLabel={count === 0 ? 'Import keys' : `Import ${counted(count, 'key')}`}
        onImport={() => void importNow()}
      />
    </form>
  );
}

function importHindrance(preview: KeyImportResult | null, count: number): string | undefined {
  if (preview === null) return 'Try it first: that shows what would be imported.';
  return count === 0 ? 'There is nothing that can be imported.' : undefined;
}

/** Sends the draft for trial or for good. What a trial said holds until the draft changes. */
function useImportForm(draft: ImportDraft) {
  const command = useImportKeys();
  const now = useNow(60_000);
  const [attempt, setAttempt] = useState(0);
  const [preview, setPreview] = useState<KeyImportResult | null>(null);
  const read = readImport(draft, now);
  return {
    attempt,
    preview,
    problems: attempt > 0 && read.problems.length > 0 ? read.problems : (command.error?.fields ?? []),
    error: command.error,
    isRunning: command.isRunning,
    forget: () => {
      setPreview(null);
      command.reset();
    },
    send: async (dryRun: boolean): Promise<KeyImportResult | null> => {
      setAttempt(attempt + 1);
      const { input } = readImport(draft, nowMs());
      if (input === null) return null;
      const outcome = await command.run({ ...input, dryRun });
      if (dryRun) setPreview(outcome.ok ? outcome.data : null);
      return outcome.ok ? outcome.data : null;
    },
  };
}
