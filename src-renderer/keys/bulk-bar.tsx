import { CirclePause, Download, Mail, Tag, CalendarPlus, Ban } from 'lucide-react';
import { useState } from 'react';
import { BULK_KEYS_MAX } from '#contract/key-bulk.ts';
import type { KeyListItem } from '#contract/keys.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useExportKeys } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import type { MarkedRows } from '#renderer/ui/use-marked-rows.ts';
import { BulkDialog, type BulkTask } from './bulk-dialogs.tsx';
import styles from './keys.module.css';
import { contactsOf, mailLink } from './message-contacts.ts';
import { useAllKeys, type KeysQuestion } from './use-all-keys.ts';

interface BulkBarProps {
  readonly marks: MarkedRows<KeyListItem>;
  /** How many keys the list has in all. */
  readonly total: number;
  readonly question: KeysQuestion;
}

/** What can be done with the marked keys. */
export function BulkBar({ marks, total, question }: BulkBarProps) {
  const [task, setTask] = useState<BulkTask | null>(null);
  const forbidden = useForbidden()('keys.bulk');
  const { rows } = marks;
  const open = (next: BulkTask) => () => setTask(next);
  return (
    <div className={styles.bulk} role="region" aria-label="Marked keys">
      <strong aria-live="polite">{counted(rows.length, 'key')} marked</strong>
      <Button icon={<CirclePause aria-hidden />} disabledReason={forbidden} onClick={open('suspend')}>
        Suspend…
      </Button>
      <Button icon={<Tag aria-hidden />} disabledReason={forbidden} onClick={open('tag')}>
        Tag…
      </Button>
      <Button icon={<CalendarPlus aria-hidden />} disabledReason={forbidden} onClick={open('extend')}>
        Extend expiry…
      </Button>
      <ExportKeys rows={rows} />
      <MessageContacts rows={rows} />
      <Button variant="danger" icon={<Ban aria-hidden />} disabledReason={forbidden} onClick={open('revoke')}>
        Revoke…
      </Button>
      {rows.length < total && <MarkAll marks={marks} total={total} question={question} />}
      <Button variant="quiet" onClick={() => marks.replace([])}>
        Clear
      </Button>
      {task !== null && (
        <BulkDialog
          task={task}
          rows={rows}
          onClose={() => setTask(null)}
          onDone={() => {
            setTask(null);
            marks.replace([]);
          }}
        />
      )}
    </div>
  );
}

/** Marks every key of the list, loaded or not. */
function MarkAll({ marks, total, question }: BulkBarProps) {
  const allKeys = useAllKeys();
  const { say } = useToasts();
  const [isBusy, setBusy] = useState(false);
  const markAll = async () => {
    setBusy(true);
    try {
      marks.replace(await allKeys(question));
    } catch (error) {
      say('Not all keys could be marked.', { tone: 'failure', detail: errorMessageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button variant="quiet" isBusy={isBusy} onClick={() => void markAll()}>
      {`Mark all ${counted(Math.min(total, BULK_KEYS_MAX), 'key')}`}
    </Button>
  );
}

/** Saves what is known of the keys as a file; never a secret. */
function ExportKeys({ rows }: { readonly rows: readonly KeyListItem[] }) {
  const exportKeys = useExportKeys();
  const desktop = useDesktop();
  const { say } = useToasts();
  const save = async (format: 'csv' | 'jsonl') => {
    const outcome = await exportKeys.run({ keyIds: rows.map(({ keyId }) => keyId), format });
    if (!outcome.ok) {
      say('The export failed.', { tone: 'failure', detail: errorMessageOf(outcome.error) });
      return;
    }
    const { fileName, content, mediaType, rowCount } = outcome.data;
    if (await desktop.saveFile(fileName, content, mediaType)) {
      say(`Exported ${counted(rowCount, 'key')}.`, { detail: fileName });
    }
  };
  return (
    <Menu
      trigger={
        <Button icon={<Download aria-hidden />} isBusy={exportKeys.isRunning}>
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

function MessageContacts({ rows }: { readonly rows: readonly KeyListItem[] }) {
  const { copyText } = useDesktop();
  const { say } = useToasts();
  const contacts = contactsOf(rows);
  const link = mailLink(contacts);
  return (
    <Menu
      trigger={<Button icon={<Mail aria-hidden />}>Message contacts</Button>}
      actions={[
        {
          label: `Write a mail to ${counted(contacts.length, 'contact')}`,
          disabledReason: link === null ? 'Too many for one mail: copy the addresses.' : undefined,
          onSelect: () => {
            if (link !== null) window.open(link, '_self');
          },
        },
        {
          label: 'Copy the addresses',
          disabledReason: contacts.length === 0 ? 'None of these keys has a contact.' : undefined,
          onSelect: () => {
            void copyText(contacts.join(', ')).then(() =>
              say(`Copied ${counted(contacts.length, 'address', 'addresses')}.`),
            );
          },
        },
      ]}
    />
  );
}
