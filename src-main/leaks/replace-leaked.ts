import type { HandlerInput } from '#contract/contract.ts';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import type { CreateKeyInput } from '#contract/key-policy.ts';
import type { Key } from '#contract/keys.ts';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { UseCaseContext } from '#main/context.ts';
import { policyOf } from '#main/domain/policy-drift.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { newHandoff } from '#main/handoffs/new-handoff.ts';
import { newKey } from '#main/keys/create-key.ts';
import { getKey } from '#main/keys/get-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import { changed, openLeak } from './record-leak.ts';

const NAME_CHARACTERS_MAX = 64;
const REPLACEMENT = ' (replacement)';

/** A new key with the policy of the leaked one, and its secret on the way to the recipient, in one transaction. Throws
 *  LEAK_NOT_FOUND, KEY_NOT_FOUND, HANDOFF_CHANNEL_BLOCKED; WRONG_STATUS when the incident is closed, has its replacement already, or
 *  is about a child key; and what a new key may be refused for. */
export function replaceLeaked(context: UseCaseContext, input: HandlerInput<'leaks.replace'>): NewHandoff {
  return context.command(() => {
    const { leakId, ipAllow, ...handed } = input;
    const leak = openLeak(context, leakId);
    if (leak.replacedBy !== null) {
      throw new AppError(
        'WRONG_STATUS',
        'A key was made in its place already. Send its handoff again instead.',
      );
    }
    const made = newKey(context, likeLeaked(context, getKey(context, leak), ipAllow), { keepsLife: true });
    const { key, secret } = made.value;
    const handoff = newHandoff(context, {
      ...handed,
      keyId: key.keyId,
      secret,
      secretVersion: 1,
      channel: 'link',
      isBlind: true,
    });
    const after = { keyId: leak.keyId, replacedBy: key.keyId };
    const noted = changed(context, 'leaks.replace', { ...leak, replacedBy: key.keyId }, after);
    return joinOutcomes([made, noted], handoff);
  });
}

function likeLeaked(context: UseCaseContext, key: Key, ipAllow?: readonly string[]): CreateKeyInput {
  if (key.parent !== null) {
    throw new AppError('WRONG_STATUS', 'This is a child key: fetch another one with the enrolment token.');
  }
  const expiresAt = expiryOf(key, context.nowMs);
  return {
    ...policyOf(key),
    ...(ipAllow === undefined ? {} : { ipAllow }),
    applicationId: key.applicationId,
    templateId: key.template?.id ?? null,
    name: `${key.name.slice(0, NAME_CHARACTERS_MAX - REPLACEMENT.length).trim()}${REPLACEMENT}`,
    environment: key.environment,
    expiresAt,
    noExpiryReason: expiresAt === null ? (key.noExpiryReason ?? `Replaces ${key.keyId}`) : null,
    signedBy: key.signedBy,
    tags: key.tags,
    note: key.note,
    meta: key.meta,
    externalId: key.externalId,
  };
}

/** As long as the leaked one still had, or, of one that has ended, as long as it was made for. */
function expiryOf({ expiresAt, createdAt }: Key, nowMs: number): TimestampMs | null {
  if (expiresAt === null || expiresAt > nowMs) return expiresAt;
  return timestampMs.parse(nowMs + expiresAt - createdAt);
}
