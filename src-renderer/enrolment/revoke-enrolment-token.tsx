import { useState } from 'react';
import type { EnrolmentToken } from '#contract/enrolment.ts';
import { useRevokeEnrolmentToken } from '#renderer/api/commands.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

interface RevokeEnrolmentTokenProps {
  readonly token: EnrolmentToken;
  readonly onClose: () => void;
}

/** Ends a token, and on wish the keys that came of it: for one that has leaked. */
export function RevokeEnrolmentToken({ token, onClose }: RevokeEnrolmentTokenProps) {
  const revoke = useRevokeEnrolmentToken();
  const { say } = useToasts();
  const isRevoked = token.status === 'revoked';
  const [revokesChildren, setRevokesChildren] = useState(isRevoked);
  const confirm = async () => {
    const outcome = await revoke.run({ enrolmentTokenId: token.id, revokesChildren });
    if (!outcome.ok) return;
    const { revokedChildren } = outcome.data;
    say(`${token.name} revoked${revokedChildren === 0 ? '' : `, with ${counted(revokedChildren, 'key')}`}`);
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={revoke.isRunning}
      tone="danger"
      title={`Revoke ${token.name}?`}
      description="No build gets a key with it any more. This cannot be undone."
      confirmLabel="Revoke token"
    >
      {token.liveCount > 0 && (
        <Checkbox
          label={`Also revoke ${counted(token.liveCount, 'key')} that came of it and still live`}
          help="For a token that has leaked: nobody knows who else fetched keys."
          isChecked={revokesChildren}
          disabled={isRevoked}
          onChange={setRevokesChildren}
        />
      )}
      <ErrorNote error={revoke.error} />
    </AlertDialog>
  );
}
