import type { HandlerInput, Output } from '#contract/contract.ts';
import type { CreateHandoffInput, HandoffChannel, NewHandoff } from '#contract/handoffs.ts';
import type { Key } from '#contract/keys.ts';
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
  return context.command(() => handOff(context, input).outcome);
}

/** A handoff with the secret that it delivers, for a channel that needs it after the commit. Beside the outcome, never in it: what a
 *  command gives back is kept for repeats. */
export interface HandedOff<T> {
  readonly outcome: CommandOutcome<T>;
  readonly secret: string;
}

/** What is handed off, through any channel. `detail` stands in the timeline. */
export type HandOffInput = Omit<CreateHandoffInput, 'channel'> & {
  readonly channel: HandoffChannel;
  readonly detail?: string;
};

/** As createHandoff, inside a command of the caller's. */
export function handOff(context: UseCaseContext, input: HandOffInput): HandedOff<NewHandoff> {
  const { source } = input;
  if (source.kind === 'rotated') return rotateInto(context, input, source.overlapMs);
  const { secret } = source;
  const secretVersion = versionOf(context, input, secret);
  return { outcome: newHandoff(context, { ...input, secret, secretVersion, isBlind: false }), secret };
}

/** A key as its template says, and its first secret on the way to the recipient, in one transaction; nobody on our side sees it.
 *  Throws as keys.createFromTemplate and newHandoff do. */
export function blindIssue(
  context: UseCaseContext,
  input: HandlerInput<'handoffs.blindIssue'>,
): Output<'handoffs.blindIssue'> {
  return context.command(() => issueInto(context, { ...input, channel: 'link' }).outcome);
}

/** A key that is issued into a channel. `detail` stands in the timeline of the handoff. */
export type IssueIntoInput = HandlerInput<'handoffs.blindIssue'> & {
  readonly channel: HandoffChannel;
  readonly detail?: string;
};

/** As blindIssue, through any channel, inside a command of the caller's. */
export function issueInto(
  context: UseCaseContext,
  input: IssueIntoInput,
): HandedOff<NewHandoff & { readonly key: Key }> {
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
    isBlind: true,
  });
  const { audit, changed } = handed;
  return { outcome: joinOutcomes([made], { value: { ...handed.value, key }, audit, changed }), secret };
}

/** Which channels can be used now, and why not. */
export function handoffChannels(context: UseCaseContext): Output<'handoffs.channels'> {
  const address = publicAddress(readSettings(context.db).publicUrl);
  return { link: { blocked: address.kind === 'blocked' ? address.why : null } };
}

function rotateInto(context: UseCaseContext, input: HandOffInput, overlapMs: number): HandedOff<NewHandoff> {
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
  const handed = newHandoff(context, { ...input, secret, secretVersion, isBlind: true });
  return { outcome: joinOutcomes([rotated], handed), secret };
}

/** Reason in the audit event of a rotation. */
const HANDED = 'The new secret was handed off.';

function versionOf(context: UseCaseContext, { keyId }: HandOffInput, text: string): number {
  const { key, secrets } = loadKey(context, keyId);
  const found = context.keyring.peppers.find(text, context.db.secrets.findByHash);
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
