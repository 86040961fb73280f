import { MessageSquareText } from 'lucide-react';
import { useState } from 'react';
import type { RequestRow } from '#contract/requests.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import { BlockSourcesDialog } from '#renderer/blocked-sources/block-sources-dialog.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { AllowEndpoint } from './allow-endpoint.tsx';
import { BlockAddress } from './block-address.tsx';
import { explainText } from './explain-text.ts';
import explorer from './explorer.module.css';
import { RaiseLimit } from './raise-limit.tsx';
import styles from './requests.module.css';

/** What can be done about a request in one step. */
export function RowFixes({ row }: { readonly row: RequestRow }) {
  return (
    <div className={styles.sectionHead} role="group" aria-label="What to do">
      <AllowEndpoint row={row} />
      <RaiseLimit row={row} />
      <BlockAddress row={row} />
      <BlockForEveryKey row={row} />
      <ExplainToPartner row={row} />
    </div>
  );
}

function BlockForEveryKey({ row: { clientIp } }: { readonly row: RequestRow }) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useForbidden()('blockedSources.add');
  if (clientIp === null) return null;
  return (
    <>
      <Button disabledReason={forbidden} onClick={() => setOpen(true)}>
        Block for every key…
      </Button>
      {isOpen && <BlockSourcesDialog networks={[clientIp]} reason="" onClose={() => setOpen(false)} />}
    </>
  );
}

function ExplainToPartner({ row }: { readonly row: RequestRow }) {
  const [isOpen, setOpen] = useState(false);
  const text = explainText(row);
  return (
    <>
      <Button icon={<MessageSquareText aria-hidden />} onClick={() => setOpen(true)}>
        Explain to partner…
      </Button>
      {isOpen && (
        <Dialog
          isOpen
          onClose={() => setOpen(false)}
          title="Text for the partner"
          description="What they need to know of this request, and nothing else. No key is in it."
          footer={
            <>
              <Button onClick={() => setOpen(false)}>Close</Button>
              <CopyButton text={text} label="Copy text for the partner" shows="Copy text" />
            </>
          }
        >
          <pre className={explorer.letter}>{text}</pre>
        </Dialog>
      )}
    </>
  );
}
