import { useState } from 'react';
import { EXPORT_FILE_FORMATS, type ExportFileFormat } from '#contract/request-export.ts';
import type { RequestFilter } from '#contract/requests.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useExportRequests, useStartExport } from '#renderer/api/commands.ts';
import { useRequestSurvey } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { exportColumns } from './export-columns.ts';

interface ExportDialogProps {
  readonly filter: RequestFilter;
  readonly columnIds: readonly string[];
  readonly onClose: () => void;
}

const FORMAT_WORDS: Readonly<Record<ExportFileFormat, string>> = {
  csv: 'CSV, for spreadsheets',
  jsonl: 'JSON lines',
  md: 'Markdown table',
};
/** How long the dialog counts for its estimate, ms. */
const COUNT_MS = 1_500;

/** Format and columns of an export. In a browser a job writes the file on the server; in the desktop app the newest rows are saved
 *  through its dialog. */
export function ExportDialog({ filter, columnIds, onClose }: ExportDialogProps) {
  const { isDesktop } = useDesktop();
  const [format, setFormat] = useState<ExportFileFormat>('csv');
  const [columns, setColumns] = useState<'shown' | 'all'>('shown');
  const estimate = useRequestSurvey({ filter, buckets: 1, budgetMs: COUNT_MS }).data;
  const start = useStartExport();
  const direct = useDirectExport(filter, onClose);
  const { say } = useToasts();
  const submit = async () => {
    if (isDesktop) {
      await direct.run(format === 'csv' ? 'csv' : 'jsonl');
      return;
    }
    const chosen = columns === 'all' ? null : exportColumns(columnIds);
    const outcome = await start.run({ filter, format, columns: chosen });
    if (!outcome.ok) return;
    onClose();
    say('The export was started.', { detail: 'Its progress and the file are in the activity list.' });
  };
  const formats = EXPORT_FILE_FORMATS.filter((name) => !isDesktop || name !== 'md');
  return (
    <FormDialog
      title="Export requests"
      description="What matches the filter, newest first. Keys are never part of a file, and no cell can start a formula."
      submitLabel="Export"
      isBusy={start.isRunning || direct.isRunning}
      error={start.error ?? direct.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <RadioGroup<ExportFileFormat>
        label="Format"
        value={format}
        options={formats.map((name) => ({ value: name, label: FORMAT_WORDS[name] }))}
        onChange={setFormat}
      />
      {!isDesktop && (
        <RadioGroup<'shown' | 'all'>
          label="Columns"
          value={columns}
          options={[
            { value: 'shown', label: 'As shown' },
            { value: 'all', label: 'All' },
          ]}
          onChange={setColumns}
        />
      )}
      <p role="status" data-testid="export-estimate">
        {estimate === undefined
          ? 'Counting…'
          : `${estimate.isExact ? '' : 'At least '}${counted(estimate.matched, 'request')}.`}
      </p>
    </FormDialog>
  );
}

/** The newest rows in one answer, saved by the shell. */
function useDirectExport(filter: RequestFilter, onClose: () => void) {
  const { run, isRunning, error } = useExportRequests();
  const desktop = useDesktop();
  const { say } = useToasts();
  return {
    isRunning,
    error,
    run: async (format: 'csv' | 'jsonl') => {
      const outcome = await run({ filter, format });
      if (!outcome.ok) return;
      const { fileName, content, mediaType, rowCount, truncated } = outcome.data;
      if (!(await desktop.saveFile(fileName, content, mediaType))) return;
      onClose();
      const more = `More match: only the newest ${String(rowCount)} are in the file. Narrow the range.`;
      say(`Exported ${counted(rowCount, 'request')}.`, { detail: truncated ? more : fileName });
    },
  };
}
