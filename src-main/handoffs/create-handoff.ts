import type { HandlerInput, Output } from '#contract/contract.ts';
import type { CreateHandoffInput, NewHandoff } from '#contract/handoffs.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { currentVersion, secretState } from '#main/domain/key-status.ts';
import { publicAddress } from './public-address.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { newKey } from '#main/keys/create-key.ts';
import { rotatedKey } from '#main/keys/rotate-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { keyOfTemplate } from '#main/templates/create-key-from-template.ts';
import { joinOutcomes } from './handoff-step.ts';
import { newHandoff } from './new-handoff.ts';

/** Delivers the secret of a key: one that the caller has just seen, or a new one that nobody on our side sees. Throws KEY_NOT_FOUND,
 *  WRONG_STATUS, ROTATION_IN_PROGRESS, HANDOFF_CHANNEL_BLOCKED, FORBIDDEN for an issuer who would rotate, and INVALID_INPUT for a
 *  text that is no live secret of this key. */
export function createHandoff(context: UseCaseContext, input: CreateHandoffInput): NewHandoff {
  const { source } = input;
  return context.command(() => {
    if (source.kind === 'given') {
      const secretVersion = versionOf(context, input, source.secret);
      return newHandoff(context, { ...input, secret: source.secret, secretVersion, isBlind: false });
    }
    return rotateInto(context, input, source.overlapMs);
  });
}

/** A key as its template says, and its first secret on the way to the recipient, in one transaction; nobody on our side sees it.
 *  Throws as keys.createFromTemplate and newHandoff do. */
export function blindIssue(
  context: UseCaseContext,
  input: HandlerInput<'handoffs.blindIssue'>,
): Output<'handoffs.blindIssue'> {
  return context.command(() => {
    const { templateId, applicationId, name, environment, expiresAt, tags } = input;
    // The note is about the handoff.
    const asked = { templateId, applicationId, name, environment, expiresAt, tags, note: '' };
    const made = newKey(context, keyOfTemplate(context, asked));
    const { key, secret } = made.value;
    const handed = newHandoff(context, {
      ...input,
      keyId: key.keyId,
      secret,
      secretVersion: 1,
      channel: 'link',
      isBlind: true,
    });
    const { audit, changed } = handed;
    return joinOutcomes([made], { value: { ...handed.value, key }, audit, changed });
  });
}

/** Which channels can be used now, and why not. */
export function handoffChannels(context: UseCaseContext): Output<'handoffs.channels'> {
  const address = publicAddress(readSettings(context.db).publicUrl);
  return { link: { blocked: address.kind === 'blocked' ? address.why : null } };
}

function rotateInto(
  context: UseCaseContext,
  input: CreateHandoffInput,
  overlapMs: number,
): CommandOutcome<NewHandoff> {
  if (context.role === 'issuer') {
    throw new AppError(
      'FORBIDDEN',
      'A new secret for a key in use needs the role admin. Hand off the one you have, or issue a new key.',
    );
  }
  if (input.channel === 'clipboard') {
    const message = 'A secret that nobody has seen cannot be copied. Rotate the key and copy it there.';
    throw new AppError('INVALID_INPUT', `channel: ${message}`, [{ path: 'channel', message }]);
  }
  const { keyId } = input;
  const rotated = rotatedKey(context, { keyId, overlapMs, idleEndMs: null, notBefore: null, reason: HANDED });
  const secretVersion = currentVersion(context.db.secrets.list(keyId));
  const { secret } = rotated.value;
  return joinOutcomes([rotated], newHandoff(context, { ...input, secret, secretVersion, isBlind: true }));
}

/** Reason in the audit event of a rotation. */
const HANDED = 'The new secret was handed off.';

function versionOf(context: UseCaseContext, { keyId }: CreateHandoffInput, text: string): number {
  const { key, secrets } = loadKey(context, keyId);
  const found = context.db.secrets.findByHash(context.keyring.hash(text));
  if (found === null || found.keyId !== keyId) {
    const message = 'This is not the secret of this key.';
    throw new AppError('INVALID_INPUT', message, [{ path: 'source.secret', message }]);
  }
  const secret = secrets.find(({ version }) => version === found.version);
  const isCurrent = found.version === currentVersion(secrets);
  const isLive =
    secret !== undefined &&
    secretState({ endsAtMs: secret.endsAtMs, isCurrent }, context.nowMs) !== 'ended' &&
    key.revokedAtMs === null;
  if (!isLive) throw new AppError('WRONG_STATUS', 'This secret is refused already. Rotate the key first.');
  return found.version;
}
