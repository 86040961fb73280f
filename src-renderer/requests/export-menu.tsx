import { Download, Share2 } from 'lucide-react';
import { useState } from 'react';
import type { RequestFilter } from '#contract/requests.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ShareDialog } from './share-dialog.tsx';

interface ExportMenuProps {
  readonly filter: RequestFilter;
  /** Columns as they are shown. */
  readonly columnIds: readonly string[];
}

/** Saves the rows that match the filter as a file, or what they say as a text for others. Keys are never in it. */
export function ExportMenu({ filter, columnIds }: ExportMenuProps) {
  const [open, setOpen] = useState<'export' | 'share' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Button icon={<Share2 aria-hidden />} onClick={() => setOpen('share')}>
        Share…
      </Button>
      <Button icon={<Download aria-hidden />} onClick={() => setOpen('export')}>
        Export
      </Button>
      {open === 'export' && <ExportDialog filter={filter} columnIds={columnIds} onClose={close} />}
      {open === 'share' && <ShareDialog filter={filter} onClose={close} />}
    </>
  );
}
