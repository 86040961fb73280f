import { useState } from 'react';
import type { ApplicationId } from '#contract/ids.ts';
import type { KeyListItem } from '#contract/keys.ts';
import { emailAddress } from '#contract/names.ts';
import { useUpdateApplication } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './hygiene.module.css';

/** Applications that are asked about at once; the others come when these have their contact. */
const SHOWN_MAX = 20;

interface ContactsDialogProps {
  /** Keys without a contact. */
  readonly rows: readonly KeyListItem[];
  readonly onClose: () => void;
}

/** Gives the applications of keys without a contact one, each its own. */
export function ContactsDialog({ rows, onClose }: ContactsDialogProps) {
  const [applications] = useState(() => applicationsOf(rows));
  const shown = applications.slice(0, SHOWN_MAX);
  const [typed, setTyped] = useState<Readonly<Record<ApplicationId, string>>>({});
  const [isTried, setTried] = useState(false);
  const update = useUpdateApplication();
  const forbidden = useForbidden()('applications.update');
  const { say } = useToasts();
  const filled = shown.filter(({ id }) => (typed[id] ?? '').trim() !== '');
  const problemOf = (id: ApplicationId): string | undefined => {
    const text = (typed[id] ?? '').trim();
    if (!isTried || text === '') return undefined;
    return emailAddress.safeParse(text).success ? undefined : 'Enter an e-mail address.';
  };
  const submit = async () => {
    setTried(true);
    const wanted = filled.map(({ id }) => ({ id, email: emailAddress.safeParse((typed[id] ?? '').trim()) }));
    if (wanted.some(({ email }) => !email.success)) return;
    for (const { id, email } of wanted) {
      const outcome = await update.run({ applicationId: id, contactEmail: email.data ?? '' });
      if (!outcome.ok) return;
    }
    say(`${counted(filled.length, 'application')} can be reached now.`);
    onClose();
  };
  return (
    <FormDialog
      title="Set contacts"
      description="Who is told when something happens to the keys of an application."
      submitLabel={filled.length <= 1 ? 'Set contact' : `Set ${String(filled.length)} contacts`}
      isBusy={update.isRunning}
      disabledReason={forbidden ?? (filled.length === 0 ? 'Enter at least one address.' : undefined)}
      error={update.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {shown.map(({ id, label, keyCount }) => (
        <TextField
          key={id}
          label={label}
          help={counted(keyCount, 'key')}
          type="email"
          placeholder="team@partner.example"
          value={typed[id] ?? ''}
          onChange={(text) => setTyped((before) => ({ ...before, [id]: text }))}
          error={problemOf(id)}
        />
      ))}
      {applications.length > shown.length && (
        <p className={styles.evidence}>
          and {counted(applications.length - shown.length, 'more application')}
        </p>
      )}
    </FormDialog>
  );
}

interface NamedApplication {
  readonly id: ApplicationId;
  readonly label: string;
  readonly keyCount: number;
}

function applicationsOf(rows: readonly KeyListItem[]): readonly NamedApplication[] {
  const byId = new Map<ApplicationId, NamedApplication>();
  for (const { applicationId: id, applicationName, partnerName } of rows) {
    const keyCount = (byId.get(id)?.keyCount ?? 0) + 1;
    byId.set(id, { id, label: `${partnerName} / ${applicationName}`, keyCount });
  }
  return [...byId.values()];
}
