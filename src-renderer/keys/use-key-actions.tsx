import { CirclePause, CirclePlay, KeyRound, Link2, RotateCw, Send, Ban } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { KeySummary } from '#contract/keys.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useRestoreKey, useResumeKey, type Outcome } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import type { MenuAction } from '#renderer/ui/menu.tsx';
import { errorMessageOf } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { statusObstacle } from './key-words.ts';

// Loaded when first opened: the list is there sooner without them.
const RotateDialog = lazy(() =>
  import('./rotate-dialog.tsx').then((file) => ({ default: file.RotateDialog })),
);
const SuspendDialog = lazy(() =>
  import('./suspend-dialog.tsx').then((file) => ({ default: file.SuspendDialog })),
);
const RevokeDialog = lazy(() =>
  import('./revoke-dialog.tsx').then((file) => ({ default: file.RevokeDialog })),
);

const HandOffDialog = lazy(() =>
  import('#renderer/handoffs/hand-off-dialog.tsx').then((file) => ({ default: file.HandOffDialog })),
);

type Task = 'rotate' | 'suspend' | 'revoke' | 'handOff';

/** What can be done to one key, with the reason where it cannot. */
export interface KeyActions {
  readonly rotate: (key: KeySummary) => void;
  readonly suspend: (key: KeySummary) => void;
  readonly resume: (key: KeySummary) => void;
  readonly revoke: (key: KeySummary) => void;
  /** Gives the key a new secret that goes straight to its recipient. */
  readonly handOff: (key: KeySummary) => void;
  /** Takes a revocation back; possible for ten minutes unless the key leaked. */
  readonly restore: (key: Pick<KeySummary, 'keyId' | 'name'>) => void;
  /** Why a command is not possible now; undefined when it is. */
  readonly obstacle: (
    command: 'rotate' | 'suspend' | 'resume' | 'revoke' | 'handOff',
    key: KeySummary,
  ) => string | undefined;
  /** The same as entries of a menu. */
  readonly menuOf: (key: KeySummary) => readonly (MenuAction | 'separator')[];
  /** The dialog that is open, to be placed anywhere in the page. */
  readonly dialogs: ReactNode;
}

/** Rotate, suspend, resume, revoke and undo, with their dialogs. For the list, the inspector and the key's own page. */
export function useKeyActions(): KeyActions {
  const [open, setOpen] = useState<{ readonly task: Task; readonly key: KeySummary } | null>(null);
  const forbidden = useForbidden();
  const { copyText } = useDesktop();
  const { resume, restore } = useWayBack();

  const close = () => setOpen(null);
  const start = (task: Task) => (key: KeySummary) => setOpen({ task, key });
  const obstacle: KeyActions['obstacle'] = (command, key) =>
    command === 'handOff'
      ? (statusObstacle('rotate', key) ?? forbidden('keys.rotate'))
      : (statusObstacle(command, key) ?? forbidden(`keys.${command}`));

  const menuOf = (key: KeySummary): readonly (MenuAction | 'separator')[] => [
    {
      label: 'Rotate…',
      action: 'key.rotate',
      icon: <RotateCw aria-hidden />,
      onSelect: () => start('rotate')(key),
      disabledReason: obstacle('rotate', key),
    },
    key.status === 'suspended'
      ? {
          label: 'Resume',
          icon: <CirclePlay aria-hidden />,
          onSelect: () => resume(key),
          disabledReason: obstacle('resume', key),
        }
      : {
          label: 'Suspend…',
          action: 'key.suspend',
          icon: <CirclePause aria-hidden />,
          onSelect: () => start('suspend')(key),
          disabledReason: obstacle('suspend', key),
        },
    {
      label: 'Hand off…',
      action: 'key.handOff',
      icon: <Send aria-hidden />,
      onSelect: () => start('handOff')(key),
      disabledReason: obstacle('handOff', key),
    },
    { label: 'Copy key id', icon: <KeyRound aria-hidden />, onSelect: () => void copyText(key.keyId) },
    { label: 'Copy link', icon: <Link2 aria-hidden />, onSelect: () => void copyText(linkTo(key.keyId)) },
    'separator',
    {
      label: 'Revoke…',
      action: 'key.revoke',
      icon: <Ban aria-hidden />,
      tone: 'danger',
      onSelect: () => start('revoke')(key),
      disabledReason: obstacle('revoke', key),
    },
  ];

  return {
    rotate: start('rotate'),
    suspend: start('suspend'),
    resume,
    revoke: start('revoke'),
    handOff: start('handOff'),
    restore,
    obstacle,
    menuOf,
    dialogs: open !== null && (
      <Suspense>
        {open.task === 'rotate' && <RotateDialog subject={open.key} onClose={close} />}
        {open.task === 'handOff' && <HandOffDialog subject={open.key} secret={null} onClose={close} />}
        {open.task === 'suspend' && <SuspendDialog subject={open.key} onClose={close} onUndo={resume} />}
        {open.task === 'revoke' && <RevokeDialog subject={open.key} onClose={close} onUndo={restore} />}
      </Suspense>
    ),
  };
}

type Named = Pick<KeySummary, 'keyId' | 'name'>;

/** Resumes and restores, which need no dialog; a toast says what came of it. */
function useWayBack(): Pick<KeyActions, 'resume' | 'restore'> {
  const { say } = useToasts();
  const resumeCommand = useResumeKey();
  const restoreCommand = useRestoreKey();
  const tell = (outcome: Outcome<'keys.resume' | 'keys.restore'>, done: string, failed: string) => {
    if (outcome.ok) say(done);
    else say(failed, { tone: 'failure', detail: errorMessageOf(outcome.error) });
  };
  return {
    resume: ({ keyId, name }: Named) => {
      void resumeCommand.run({ keyId }).then((outcome) => {
        tell(outcome, `${name} is active again.`, `${name} could not be resumed.`);
      });
    },
    restore: ({ keyId, name }: Named) => {
      void restoreCommand.run({ keyId }).then((outcome) => {
        tell(outcome, `${name} works again.`, `${name} could not be restored.`);
      });
    },
  };
}

function linkTo(keyId: string): string {
  return `${location.origin}${location.pathname}#/keys/${keyId}`;
}
