import { Link } from '@tanstack/react-router';
import { KEY_STATUSES } from '#contract/keys.ts';
import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { ApiError } from '#renderer/api/client.ts';
import { useKeysPage } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './partners.module.css';

interface DeleteOwnerDialogProps {
  readonly what: 'partner' | 'application';
  readonly name: string;
  /** Whose keys stand in the way. */
  readonly held: { readonly partnerId: PartnerId } | { readonly applicationId: ApplicationId };
  /** What goes when nothing stands in the way. */
  readonly description: string;
  readonly isBusy: boolean;
  readonly error: ApiError | null;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** More in a question helps nobody; the count says how many there are. */
const SHOWN_MAX = 20;
const LIVE = KEY_STATUSES.filter((status) => status !== 'revoked');

/** Asks before a partner or an application goes, or shows the keys because of which it cannot. Mounted only while open. */
export function DeleteOwnerDialog(props: DeleteOwnerDialogProps) {
  const { what, name } = props;
  const live = useKeysPage({ filter: { ...props.held, status: LIVE }, limit: SHOWN_MAX });
  const all = useKeysPage({ filter: props.held, limit: 1 });
  const count = all.data?.total;
  const isHeld = count !== undefined && count > 0;
  return (
    <AlertDialog
      isOpen
      onCancel={props.onCancel}
      onConfirm={props.onConfirm}
      title={isHeld ? `${name} cannot be deleted` : `Delete ${name}?`}
      description={isHeld ? <Hindrance what={what} live={live.data?.total} all={count} /> : props.description}
      confirmLabel={`Delete ${what}`}
      cancelLabel={isHeld ? 'Close' : 'Cancel'}
      tone="danger"
      isBusy={props.isBusy}
      disabledReason={
        count === undefined ? 'Looking for its keys…' : isHeld ? 'There are keys of it.' : undefined
      }
    >
      {isHeld && (live.data?.items.length ?? 0) > 0 && (
        <ul className={styles.held} tabIndex={0} aria-label="Keys that are not revoked">
          {live.data?.items.map((key) => (
            <li key={key.keyId}>
              <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
                {key.name}
              </Link>
              <StatusChip status={key.status} />
            </li>
          ))}
          {(live.data?.total ?? 0) > SHOWN_MAX && <li>and more</li>}
        </ul>
      )}
      <ErrorNote error={props.error ?? live.error ?? all.error} />
    </AlertDialog>
  );
}

interface HindranceProps {
  readonly what: string;
  readonly live: number | undefined;
  readonly all: number;
}

function Hindrance({ what, live, all }: HindranceProps) {
  const stay = 'Whoever had a key stays, so that requests and the audit trail keep the name.';
  if (live === undefined || live === 0) {
    return `This ${what} has ${counted(all, 'key')}, revoked ones only. ${stay}`;
  }
  return `This ${what} has ${counted(live, 'key')} that ${live === 1 ? 'is' : 'are'} not revoked. ${stay}`;
}
