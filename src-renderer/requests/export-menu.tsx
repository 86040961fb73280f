import { Download } from 'lucide-react';
import { useState } from 'react';
import type { RequestFilter } from '#contract/requests.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ExportDialog } from './export-dialog.tsx';

interface ExportMenuProps {
  readonly filter: RequestFilter;
  /** Columns as they are shown. */
  readonly columnIds: readonly string[];
}

/** Saves the rows that match the filter as a file. Keys are never in it. */
export function ExportMenu({ filter, columnIds }: ExportMenuProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Download aria-hidden />} onClick={() => setOpen(true)}>
        Export
      </Button>
      {isOpen && <ExportDialog filter={filter} columnIds={columnIds} onClose={() => setOpen(false)} />}
    </>
  );
}
