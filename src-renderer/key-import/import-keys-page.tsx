import { useState } from 'react';
import type { KeyImportResult } from '#contract/key-import.ts';
import { useImportKeys } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { ErrorSummary } from '#renderer/ui/error-summary.tsx';
import { ImportPage } from '#renderer/ui/import-page.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TrialForm } from '#renderer/ui/trial-form.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { useTrial } from '#renderer/ui/use-trial.ts';
import { EMPTY_IMPORT, readImport, type ImportDraft } from './import-draft.ts';
import { ImportFields } from './import-fields.tsx';
import { Imported, ImportPreview } from './import-result.tsx';

/** Takes over keys of another system: first a trial that changes nothing, then the import. */
export function ImportKeysPage() {
  return (
    <ImportPage<KeyImportResult>
      title="Import keys"
      list={{ to: '/keys', label: 'All keys', showLabel: 'Show all keys' }}
      form={(onDone) => <ImportForm onDone={onDone} />}
      result={(result) => <Imported result={result} />}
    />
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

function ImportForm({ onDone }: { readonly onDone: (result: KeyImportResult) => void }) {
  const environment = useEnvironment();
  const [draft, setDraft] = useState<ImportDraft>({ ...EMPTY_IMPORT, environment: environment ?? 'live' });
  const { command, trial, attempt, problems } = useImportForm(draft);
  return (
    <TrialForm
      trial={trial}
      isRunning={command.isRunning}
      forbidden={useForbidden()('keys.import')}
      noun="key"
      countOf={({ imported }) => imported.length}
      noneWords="There is nothing that can be imported."
      preview={(found) => <ImportPreview result={found} />}
      onDone={onDone}
    >
      <ErrorSummary
        attempt={attempt}
        problems={problems.map(({ path, message }) => ({
          fieldId: fieldIdOf(path),
          label: LABELS[path.split('.')[0] ?? ''] ?? 'Keys',
          message,
        }))}
      />
      <ImportFields
        draft={draft}
        onChange={(part) => {
          setDraft({ ...draft, ...part });
          trial.forget();
          command.reset();
        }}
        errorOf={(path) => problems.find((problem) => problem.path === path)?.message}
        idOf={fieldIdOf}
      />
      <ErrorNote error={problems.length === 0 ? command.error : null} />
    </TrialForm>
  );
}

/** The draft, read as it would be sent: what is wrong with it once somebody has tried, and the trial. */
function useImportForm(draft: ImportDraft) {
  const command = useImportKeys();
  const now = useNow(60_000);
  const [attempt, setAttempt] = useState(0);
  const read = readImport(draft, now);
  const trial = useTrial(async (dryRun) => {
    setAttempt(attempt + 1);
    const { input } = readImport(draft, nowMs());
    return input === null ? null : command.run({ ...input, dryRun });
  });
  const problems = attempt > 0 && read.problems.length > 0 ? read.problems : (command.error?.fields ?? []);
  return { command, trial, attempt, problems };
}
