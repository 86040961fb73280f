import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useDiagnostics } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './settings.module.css';

type Bundle = Output<'system.diagnostics'>;

/** A file for whoever helps: looked at first, then saved. */
export function DiagnosticsBlock() {
  const forbidden = useForbidden();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={styles.block}>
      <h2>Diagnostics</h2>
      <p className={styles.quiet}>
        Versions, configuration, health, sizes and the latest warnings in one file, for whoever helps you. No
        key, token, name of a partner or mail address is in it. Nothing is sent anywhere.
      </p>
      <div className={styles.row}>
        <Button disabledReason={forbidden('system.diagnostics')} onClick={() => setOpen(true)}>
          Preview diagnostics…
        </Button>
      </div>
      {isOpen && <DiagnosticsDialog onClose={() => setOpen(false)} />}
    </section>
  );
}

function DiagnosticsDialog({ onClose }: { readonly onClose: () => void }) {
  const [hasAddresses, setAddresses] = useState(false);
  const bundle = useDiagnostics({ hasAddresses });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title="Diagnostics"
      description="Exactly this text is saved. Read it before you pass it on."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <SaveButton bundle={bundle.data} />
        </>
      }
    >
      <div className={styles.form}>
        <Checkbox
          label="Include IP addresses"
          isChecked={hasAddresses}
          onChange={setAddresses}
          help="Of trusted proxies, and where warnings name one."
        />
        <AsyncRegion query={bundle} subject="The diagnostics">
          {(data) => (
            <>
              <p role="status">{redactedWords(data.redacted)}</p>
              <div className={styles.preview}>
                <CodeBlock code={data.text} label="Diagnostics" />
              </div>
            </>
          )}
        </AsyncRegion>
      </div>
    </Dialog>
  );
}

function SaveButton({ bundle }: { readonly bundle: Bundle | undefined }) {
  const desktop = useDesktop();
  const { say } = useToasts();
  const save = async ({ fileName, text }: Bundle) => {
    if (await desktop.saveFile(fileName, text, 'application/json')) say(`Saved ${fileName}`);
  };
  return (
    <Button
      variant="primary"
      disabledReason={bundle === undefined ? 'The preview comes first.' : undefined}
      onClick={() => void (bundle !== undefined && save(bundle))}
    >
      Download
    </Button>
  );
}

/** `Taken out: 3 IP addresses and 1 possible secret.` */
function redactedWords({ addresses, secrets, mailAddresses }: Bundle['redacted']): string {
  const parts = [
    addresses === 0 ? null : counted(addresses, 'IP address', 'IP addresses'),
    secrets === 0 ? null : counted(secrets, 'possible secret'),
    mailAddresses === 0 ? null : counted(mailAddresses, 'mail address', 'mail addresses'),
  ].filter((part) => part !== null);
  if (parts.length === 0) return 'Nothing had to be taken out.';
  return `Taken out: ${new Intl.ListFormat('en').format(parts)}.`;
}
