import { useState } from 'react';
import { EXPORT_FILE_FORMATS, type ExportFileFormat } from '#contract/request-export.ts';
import type { RequestFilter } from '#contract/requests.ts';
import { useStartExport } from '#renderer/api/commands.ts';
import { useRequestSurvey } from '#renderer/api/traffic-queries.ts';
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

/** Format and columns of an export. A job writes the file, however many rows match; the activity list has it then. */
export function ExportDialog({ filter, columnIds, onClose }: ExportDialogProps) {
  const [format, setFormat] = useState<ExportFileFormat>('csv');
  const [columns, setColumns] = useState<'shown' | 'all'>('shown');
  const estimate = useRequestSurvey({ filter, buckets: 1, budgetMs: COUNT_MS }).data;
  const start = useStartExport();
  const { say } = useToasts();
  const submit = async () => {
    const chosen = columns === 'all' ? null : exportColumns(columnIds);
    const outcome = await start.run({ filter, format, columns: chosen });
    if (!outcome.ok) return;
    onClose();
    say('The export was started.', { detail: 'Its progress and the file are in the activity list.' });
  };
  return (
    <FormDialog
      title="Export requests"
      description="What matches the filter, newest first. Keys are never part of a file, and no cell can start a formula."
      submitLabel="Export"
      isBusy={start.isRunning}
      error={start.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <RadioGroup<ExportFileFormat>
        label="Format"
        value={format}
        options={EXPORT_FILE_FORMATS.map((name) => ({ value: name, label: FORMAT_WORDS[name] }))}
        onChange={setFormat}
      />
      <RadioGroup<'shown' | 'all'>
        label="Columns"
        value={columns}
        options={[
          { value: 'shown', label: 'As shown' },
          { value: 'all', label: 'All' },
        ]}
        onChange={setColumns}
      />
      <p role="status" data-testid="export-estimate">
        {estimate === undefined
          ? 'Counting…'
          : `${estimate.isExact ? '' : 'At least '}${counted(estimate.matched, 'request')}.`}
      </p>
    </FormDialog>
  );
}
