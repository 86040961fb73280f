import { Download } from 'lucide-react';
import { useState } from 'react';
import type { SealedHandoff } from '#contract/sealed.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { usePassport } from '#renderer/api/queries.ts';
import { RepeatedDialog } from '#renderer/handoffs/repeated-dialog.tsx';
import { Told } from '#renderer/handoffs/told.tsx';
import styles from '#renderer/handoffs/handoffs.module.css';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { openingMessage } from './opening-message.ts';

interface SealedDeliveryDialogProps {
  readonly made: SealedHandoff;
  readonly onDone: () => void;
}

/** File and words of a new sealed handoff, which are given this once. */
export function SealedDeliveryDialog({ made, onDone }: SealedDeliveryDialogProps) {
  const desktop = useDesktop();
  const [isSaved, setSaved] = useState(false);
  const [isSent, setSent] = useState(false);
  const { handoff, file, passphrase } = made;
  if (file === null) {
    return (
      <RepeatedDialog onDone={onDone}>
        This file was made before, and given then. If it is lost, hand off a new secret.
      </RepeatedDialog>
    );
  }
  const save = async () => {
    if (await desktop.saveFile(file.name, file.text, file.mediaType)) setSaved(true);
  };
  const what = passphrase === null ? 'file' : 'file and words';
  const obstacle = isSaved ? `Send ${what} on their way, then tick the box.` : 'Save the file first.';
  return (
    <Dialog
      isOpen
      isDismissible={false}
      onClose={onDone}
      title={`Sealed for ${handoff.recipientName}`}
      description={
        passphrase === null
          ? 'Only the private part of the recipient’s key opens it. It is not given again.'
          : 'Send file and words by two different ways. Neither is given again.'
      }
      footer={
        <Button variant="primary" onClick={onDone} disabledReason={isSent && isSaved ? undefined : obstacle}>
          Done
        </Button>
      }
    >
      <section className={styles.told} aria-label="File">
        <h3>File</h3>
        <p className={styles.mono}>{file.name}</p>
        <div>
          <Button icon={<Download aria-hidden />} onClick={() => void save()}>
            Save file
          </Button>
        </div>
        <p className={textStyles.quiet} role="status">
          {isSaved ? 'Saved. Latchkey keeps no copy.' : 'By mail or chat: it is of no use to anybody else.'}
        </p>
      </section>
      {passphrase !== null && (
        <Told
          label="Words"
          text={passphrase}
          copyLabel="Copy words"
          help="By another way: on the phone, by text message, in person."
        />
      )}
      <Told label="Message with the file" text={openingMessage(made, file)} copyLabel="Copy message" isLong />
      {file.mediaType !== 'text/html' && <PassportFile made={made} />}
      <Checkbox label={`I have the ${what}`} isChecked={isSent} onChange={setSent} />
    </Dialog>
  );
}

/** What the recipient should know beside the file; none of it is secret. */
function PassportFile({ made }: { readonly made: SealedHandoff }) {
  const desktop = useDesktop();
  const { data } = usePassport({ keyId: made.handoff.keyId });
  const save = () => {
    if (data !== undefined) void desktop.saveFile(data.fileName, data.markdown, 'text/markdown');
  };
  return (
    <section className={styles.told} aria-label="Passport">
      <h3>Passport</h3>
      <p className={textStyles.quiet}>What the key may call, limits, examples. It holds no secret.</p>
      <div>
        <Button
          icon={<Download aria-hidden />}
          onClick={save}
          disabledReason={data === undefined ? 'It is being written.' : undefined}
        >
          Save passport
        </Button>
      </div>
    </section>
  );
}
