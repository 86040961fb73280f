import { Download } from 'lucide-react';
import type { RequestFilter } from '#contract/requests.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useExportRequests } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Saves the rows that match the filter as a file. Keys are never in it. */
export function ExportMenu({ filter }: { readonly filter: RequestFilter }) {
  const exportRequests = useExportRequests();
  const desktop = useDesktop();
  const { say } = useToasts();
  const save = async (format: 'csv' | 'jsonl') => {
    const outcome = await exportRequests.run({ filter, format });
    if (!outcome.ok) {
      say('The export failed.', { tone: 'failure', detail: errorMessageOf(outcome.error) });
      return;
    }
    const { fileName, content, mediaType, rowCount, truncated } = outcome.data;
    const isSaved = await desktop.saveFile(fileName, content, mediaType);
    if (!isSaved) return;
    say(`Exported ${counted(rowCount, 'request')}.`, {
      detail: truncated
        ? `More match: only the newest ${String(rowCount)} are in the file. Narrow the range.`
        : fileName,
    });
  };
  return (
    <Menu
      trigger={
        <Button icon={<Download aria-hidden />} isBusy={exportRequests.isRunning}>
          Export
        </Button>
      }
      actions={[
        { label: 'CSV, for spreadsheets', onSelect: () => void save('csv') },
        { label: 'JSON lines', onSelect: () => void save('jsonl') },
      ]}
    />
  );
}
