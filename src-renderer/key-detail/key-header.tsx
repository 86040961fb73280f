import { Link, useNavigate } from '@tanstack/react-router';
import {
  ArrowRightLeft,
  BookUser,
  CopyPlus,
  Ellipsis,
  KeyRound,
  LayoutTemplate,
  Link2,
  Mail,
} from 'lucide-react';
import { useRef, useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useCallersOf } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { policyObstacle } from '#renderer/enrolment/enrolment-words.ts';
import { useNow } from '#renderer/format/clock.ts';
import { KeyActionButtons } from '#renderer/keys/key-action-buttons.tsx';
import { duplicateDraft } from '#renderer/keys/duplicate-draft.ts';
import { saveDraft } from '#renderer/keys/key-draft.ts';
import { StoppedNote } from '#renderer/keys/key-inspector.tsx';
import { shownStatus } from '#renderer/keys/shown-status.ts';
import type { KeyActions } from '#renderer/keys/use-key-actions.tsx';
import { TransferKeyDialog } from '#renderer/partners/transfer-dialogs.tsx';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Chip, StatusChip } from '#renderer/ui/chip.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { PageHeader } from '#renderer/ui/page-header.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { CALLERS_EVERY_MS } from './key-callers-fact.tsx';
import styles from './key-detail.module.css';
import { RenameHeading } from './rename-heading.tsx';
import { statusSentence } from './status-sentence.ts';

interface KeyHeaderProps {
  readonly subject: Key;
  readonly actions: KeyActions;
  readonly onEdit: () => void;
}

/** Who the key is, what state it is in, and what can be done to it. */
export function KeyHeader({ subject, actions, onEdit }: KeyHeaderProps) {
  return (
    <>
      <PageHeader
        title={subject.name}
        heading={<RenameHeading subject={subject} />}
        actions={<HeaderActions subject={subject} actions={actions} onEdit={onEdit} />}
      >
        <p className={styles.owner}>
          <KeyStatusNow subject={subject} />
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
          <StatusSentence subject={subject} />
        </p>
      </PageHeader>
      <StoppedNote subject={subject} actions={actions} />
    </>
  );
}

function KeyStatusNow({ subject }: Pick<KeyHeaderProps, 'subject'>) {
  return <StatusChip status={shownStatus(subject, useNow(5_000))} />;
}

/** Follows the callers of the key: on its own, so that the buttons and tabs around it need not. It asks what the fact beside it asks,
 *  whatever range the charts show: two counts of callers on one page would be two answers to one question. */
function StatusSentence({ subject }: Pick<KeyHeaderProps, 'subject'>) {
  const input = { keyIds: [subject.keyId] };
  const found = useCallersOf(input, { everyMs: CALLERS_EVERY_MS, keepsPrevious: true }).data?.[0];
  return statusSentence(subject, found?.evidence?.callers ?? null, useNow(5_000));
}

function HeaderActions({ subject, actions, onEdit }: KeyHeaderProps) {
  const forbidden = useForbidden();
  const editObstacle = policyObstacle(subject) ?? forbidden('keys.update');
  usePageActions([{ id: 'key.edit', detail: subject.name, disabledReason: editObstacle, run: onEdit }]);
  return (
    <>
      <Button action="key.edit" onClick={onEdit} disabledReason={editObstacle}>
        Edit…
      </Button>
      <KeyActionButtons subject={subject} actions={actions} />
      <OverflowMenu subject={subject} />
    </>
  );
}

function OverflowMenu({ subject }: { readonly subject: Key }) {
  const forbidden = useForbidden();
  const navigate = useNavigate();
  const { copyText } = useDesktop();
  const { say } = useToasts();
  const button = useRef<HTMLButtonElement>(null);
  const [isGiving, setGiving] = useState(false);
  usePageActions([{ id: 'key.more', detail: subject.name, run: () => button.current?.click() }]);
  const copy = (text: string, what: string) => void copyText(text).then(() => say(`${what} copied.`));
  const duplicate = () => {
    saveDraft(duplicateDraft(subject));
    void navigate({ to: '/keys/new' });
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton ref={button} label="More actions" action="key.more" icon={<Ellipsis aria-hidden />} />
        }
        actions={[
          {
            label: 'Duplicate…',
            icon: <CopyPlus aria-hidden />,
            onSelect: duplicate,
            disabledReason: forbidden('keys.create'),
          },
          {
            label: 'Make template…',
            icon: <LayoutTemplate aria-hidden />,
            onSelect: () => void navigate({ to: '/templates/new', search: { key: subject.keyId } }),
            disabledReason: forbidden('templates.create'),
          },
          {
            label: 'Give to another application…',
            icon: <ArrowRightLeft aria-hidden />,
            onSelect: () => setGiving(true),
            disabledReason: transferObstacle(subject) ?? forbidden('keys.transfer'),
          },
          {
            label: 'Passport for the partner',
            icon: <BookUser aria-hidden />,
            onSelect: () => void navigate({ to: '/keys/$keyId/passport', params: { keyId: subject.keyId } }),
          },
          {
            label: 'Copy key id',
            icon: <KeyRound aria-hidden />,
            onSelect: () => copy(subject.keyId, 'Key id'),
          },
          { label: 'Copy link', icon: <Link2 aria-hidden />, onSelect: () => copy(location.href, 'Link') },
          'separator',
          {
            label: 'Message contact',
            icon: <Mail aria-hidden />,
            onSelect: () => {
              location.href = contactLink(subject);
            },
          },
        ]}
      />
      {isGiving && <TransferKeyDialog subject={subject} onClose={() => setGiving(false)} />}
    </>
  );
}

function transferObstacle({ parent, status }: Key): string | undefined {
  if (parent !== null) return `It goes with its parent, ${parent.name}.`;
  return status === 'revoked' ? 'A revoked key stays with who had it.' : undefined;
}

function contactLink({ contactEmail, name, hint }: Key): string {
  const subject = encodeURIComponent(`Your API key ${name}`);
  return `mailto:${contactEmail}?subject=${subject}&body=${encodeURIComponent(`This is about the API key ${name} (${hint}).`)}`;
}
