import { Link } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import type { Key } from '#contract/keys.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { useNow } from '#renderer/format/clock.ts';
import { KeyActionButtons } from '#renderer/keys/key-action-buttons.tsx';
import { StoppedNote } from '#renderer/keys/key-inspector.tsx';
import { shownStatus } from '#renderer/keys/shown-status.ts';
import type { KeyActions } from '#renderer/keys/use-key-actions.tsx';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Chip, StatusChip } from '#renderer/ui/chip.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { PageHeader } from '#renderer/ui/page-header.tsx';
import styles from './key-detail.module.css';
import { statusSentence } from './status-sentence.ts';

interface KeyHeaderProps {
  readonly subject: Key;
  readonly actions: KeyActions;
  readonly onEdit: () => void;
  /** Distinct callers of the shown range; null while it is not known. */
  readonly callerCount: number | null;
}

/** Who the key is, what state it is in, and what can be done to it. */
export function KeyHeader({ subject, actions, onEdit, callerCount }: KeyHeaderProps) {
  const now = useNow(5_000);
  return (
    <>
      <PageHeader
        title={subject.name}
        heading={
          <KeyRef
            keyId={subject.keyId}
            name={subject.name}
            environment={subject.environment}
            detail={subject.hint}
            isLarge
          />
        }
        actions={<HeaderActions subject={subject} actions={actions} onEdit={onEdit} />}
      >
        <p className={styles.owner}>
          <StatusChip status={shownStatus(subject, now)} />
          <Chip>{subject.environment === 'live' ? 'Live' : 'Test'}</Chip>
          <span>
            <Link to="/partners/$partnerId" params={{ partnerId: subject.partnerId }}>
              {subject.partnerName}
            </Link>{' '}
            / {subject.applicationName}
          </span>
          <a href={`mailto:${subject.contactEmail}`}>{subject.contactEmail}</a>
        </p>
        <p className={styles.sentence} data-testid="status-sentence">
          {statusSentence(subject, callerCount, now)}
        </p>
      </PageHeader>
      <StoppedNote subject={subject} actions={actions} />
    </>
  );
}

function HeaderActions({ subject, actions, onEdit }: Omit<KeyHeaderProps, 'callerCount'>) {
  const forbidden = useForbidden();
  const editObstacle = subject.status === 'revoked' ? 'The key is revoked.' : forbidden('keys.update');
  usePageActions([{ id: 'key.edit', detail: subject.name, disabledReason: editObstacle, run: onEdit }]);
  return (
    <>
      <Button action="key.edit" onClick={onEdit} disabledReason={editObstacle}>
        Edit…
      </Button>
      <KeyActionButtons subject={subject} actions={actions} />
      <Menu
        trigger={<IconButton label="More actions" icon={<Ellipsis aria-hidden />} />}
        actions={actions
          .menuOf(subject)
          .filter((action) => action !== 'separator')
          .filter((action) => action.label.startsWith('Copy'))}
      />
    </>
  );
}
