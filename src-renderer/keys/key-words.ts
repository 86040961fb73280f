import type { KeySummary, RevokeReason } from '#contract/keys.ts';

/** Reasons of revoking, in the words of the screens. */
export const REVOKE_REASON_WORDS: Record<RevokeReason, string> = {
  leaked: 'Leaked',
  no_longer_needed: 'No longer needed',
  replaced: 'Replaced by another key',
  policy: 'Against policy',
  other: 'Another reason',
};

/** Why a command does not fit the key's status, or undefined when it does. */
export function statusObstacle(
  command: 'rotate' | 'suspend' | 'resume' | 'revoke',
  { status }: Pick<KeySummary, 'status'>,
): string | undefined {
  if (status === 'revoked') return 'The key is revoked.';
  switch (command) {
    case 'rotate':
      if (status === 'rotating') return 'Two secrets are live. End the old one first.';
      if (status === 'suspended') return 'The key is suspended. Resume it first.';
      return status === 'expired' ? 'The key has expired. Extend it first.' : undefined;
    case 'suspend':
      return status === 'suspended' ? 'The key is already suspended.' : undefined;
    case 'resume':
      return status === 'suspended' ? undefined : 'The key is not suspended.';
    default:
      return undefined;
  }
}
