import { useState } from 'react';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './services.module.css';

interface TokenDialogProps {
  /** "Service token of Trade API" */
  readonly title: string;
  /** Where it belongs; without it, a service's configuration. */
  readonly description?: string;
  readonly token: string;
  /** Name of the environment variable the examples use. */
  readonly variable: string;
  readonly clearAfterMs: number;
  readonly onDone: () => void;
}

const FOR_A_SERVICE =
  'It is shown this once and kept only as a hash. Put it into the service’s configuration now.';

/** Shows a service or admin token once. The token lives in this component's properties and nowhere else. */
export function TokenDialog(props: TokenDialogProps) {
  const { title, description = FOR_A_SERVICE, token, variable, clearAfterMs, onDone } = props;
  const desktop = useDesktop();
  const [isShown, setIsShown] = useState(false);
  const [isStored, setIsStored] = useState(false);
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async () => {
    if (!(await desktop.copySecret(token, clearAfterMs))) {
      setIsShown(true);
      setCopied('The clipboard refused. Select the text and copy it.');
      return;
    }
    setCopied(
      `Copied. The clipboard clears in ${String(Math.round(clearAfterMs / 1_000))} s if it still holds the token.`,
    );
  };
  return (
    <Dialog
      isOpen
      onClose={onDone}
      isDismissible={false}
      title={title}
      description={description}
      footer={
        <Button
          variant="primary"
          disabledReason={isStored ? undefined : 'Confirm first that the token is stored.'}
          onClick={onDone}
        >
          Done
        </Button>
      }
    >
      <div className={styles.form}>
        <TextField
          label="Token"
          isMono
          readOnly
          value={isShown ? token : `${'•'.repeat(24)}${token.slice(-4)}`}
          onChange={() => undefined}
          onFocus={(event) => event.currentTarget.select()}
          help={`Environment variable in the examples: ${variable}`}
        />
        <div className={styles.row}>
          <Button variant="primary" onClick={() => void copy()}>
            Copy token
          </Button>
          <Button onClick={() => setIsShown(!isShown)}>{isShown ? 'Hide token' : 'Reveal token'}</Button>
          <span role="status" className={styles.quiet}>
            {copied}
          </span>
        </div>
        <Checkbox label="I have stored this token" isChecked={isStored} onChange={setIsStored} />
      </div>
    </Dialog>
  );
}
