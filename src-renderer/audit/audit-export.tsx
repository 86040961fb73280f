import { Download } from 'lucide-react';
import type { AuditFilter } from '#contract/audit.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useExportAudit } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Saves the events that match the filter as a file, with their chain. */
export function AuditExport({ filter }: { readonly filter: AuditFilter }) {
  const exportAudit = useExportAudit();
  const desktop = useDesktop();
  const { say } = useToasts();
  const save = async (format: 'csv' | 'jsonl') => {
    const outcome = await exportAudit.run({ filter, format });
    if (!outcome.ok) {
      say('The export failed.', { tone: 'failure', detail: errorMessageOf(outcome.error) });
      return;
    }
    const { fileName, content, mediaType, rowCount, truncated } = outcome.data;
    if (!(await desktop.saveFile(fileName, content, mediaType))) return;
    say(`Exported ${counted(rowCount, 'event')}.`, {
      detail: truncated ? 'More match than fit into one file. Narrow the range.' : fileName,
    });
  };
  return (
    <Menu
      trigger={
        <Button icon={<Download aria-hidden />} isBusy={exportAudit.isRunning}>
          Export
        </Button>
      }
      actions={[
        { label: 'JSON lines with the chain', onSelect: () => void save('jsonl') },
        { label: 'CSV, for spreadsheets', onSelect: () => void save('csv') },
      ]}
    />
  );
}
