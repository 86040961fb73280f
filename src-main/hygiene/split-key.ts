import type { HandlerInput } from '#contract/contract.ts';
import type { KeySplit } from '#contract/hygiene.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { CreateKeyInput } from '#contract/key-policy.ts';
import type { Key } from '#contract/keys.ts';
import { RULES_MAX, type Rule } from '#contract/scopes.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { commonNetworks } from '#main/domain/common-networks.ts';
import { ruleCovers } from '#main/domain/party-rules.ts';
import { policyOf } from '#main/domain/policy-drift.ts';
import { ruleText } from '#main/domain/path-rules.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { newKey } from '#main/keys/create-key.ts';
import { getKey } from '#main/keys/get-key.ts';
import { updatedKey } from '#main/keys/update-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import { grantedRules, type GrantedRules } from './granted-rules.ts';
import { lastSplit, viewSplit, type SplitRecord } from './view-split.ts';

type Part = HandlerInput<'keys.split'>['parts'][number];

/** Makes a key for each part, with rights that the original has, and lets the original end: all or nothing. The first secret of a new
 *  key is thrown away; its handoff makes another. Throws KEY_NOT_FOUND, WRONG_STATUS when the key is a child, is not in use or was split
 *  already, INVALID_INPUT for rules and networks that the original does not allow, and what a new key may be refused for. */
export function splitKey(context: UseCaseContext, input: HandlerInput<'keys.split'>): KeySplit {
  const { keyId, parts, endsAt } = input;
  return context.command((): CommandOutcome<KeySplit> => {
    const key = getKey(context, { keyId });
    refuseUnsplittable(context, key);
    const granted = grantedRules(context, key);
    const made = parts.map((part, index) =>
      newKey(context, partOf(context, key, { part, index, granted }), { keepsLife: true }),
    );
    const formerEnd = endOf(key);
    const ends =
      formerEnd !== null && formerEnd <= endsAt
        ? []
        : [updatedKey(context, { keyId, expiresAt: endsAt, expiryGraceMs: null })];
    const record: SplitRecord = {
      keyIds: made.map(({ value }) => value.key.keyId),
      endsAt: ends[0]?.value.expiresAt ?? formerEnd,
      formerExpiresAt: key.expiresAt,
      formerNoExpiryReason: key.noExpiryReason,
      formerExpiryGraceMs: key.expiryGraceMs,
    };
    return joinOutcomes([...made, ...ends], {
      value: viewSplit(context, { ...record, at: context.nowMs, by: context.actor.name }),
      audit: {
        action: 'keys.split',
        subject: { kind: 'key', id: keyId, name: key.name },
        after: { ...record },
      },
      changed: ['keys', 'applications'],
    });
  });
}

function refuseUnsplittable(context: UseCaseContext, key: Key): void {
  if (key.parent !== null) {
    throw new AppError('WRONG_STATUS', 'This is a child key: split its parent.');
  }
  if (key.status !== 'active' && key.status !== 'rotating' && key.status !== 'suspended') {
    throw new AppError('WRONG_STATUS', 'This key is no longer in use: there is nothing to split.');
  }
  if (lastSplit(context, key.keyId) !== null) {
    throw new AppError(
      'WRONG_STATUS',
      'This key was split already. Undo that first, or split its successors.',
    );
  }
}

interface PartParts {
  readonly part: Part;
  readonly index: number;
  readonly granted: GrantedRules;
}

function partOf(context: UseCaseContext, key: Key, { part, index, granted }: PartParts): CreateKeyInput {
  const { name, rules, ipAllow } = part;
  const policy = policyOf(key);
  const isOver = key.expiresAt !== null && key.expiresAt <= context.nowMs;
  // Of one in its grace the parts end when it does, and not later by a grace of their own.
  const expiresAt = isOver ? laterThan(endOf(key), context.nowMs) : key.expiresAt;
  return {
    ...policy,
    ...(rules === null
      ? {}
      : { scopeIds: [], rules: checkedRules(rules, index, granted), ...servicesOf(key, granted) }),
    ...(ipAllow.length === 0 ? {} : { ipAllow: boundTo(ipAllow, index, key) }),
    applicationId: key.applicationId,
    templateId: null,
    name,
    environment: key.environment,
    expiresAt,
    expiryGraceMs: isOver ? null : key.expiryGraceMs,
    noExpiryReason: expiresAt === null ? (key.noExpiryReason ?? `Made out of ${key.keyId}`) : null,
    signedBy: key.signedBy,
    tags: key.tags,
    note: `One of the keys that “${key.name}” (${key.keyId}) was split into.`,
    meta: key.meta,
    externalId: null,
  };
}

/** The rules with the denials of the original behind them: a part may never do what the whole may not. */
function checkedRules(
  rules: readonly Rule[],
  index: number,
  { allows, denies }: GrantedRules,
): readonly Rule[] {
  const tooWide = rules.find(
    (rule) => rule.effect === 'allow' && !allows.some((wide) => ruleCovers(wide, rule)),
  );
  const path = `parts.${String(index)}.rules`;
  if (tooWide !== undefined) {
    const text = ruleText({ ...tooWide, source: '' }).replace(/ \(\)$/, '');
    const message = `The original does not allow all that “${text}” allows. Narrow it, or widen the original first.`;
    throw new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
  }
  const all = [...rules, ...denies];
  if (all.length <= RULES_MAX) return all;
  const message = `With the denials of the original these are more than ${String(RULES_MAX)} rules. Leave some out.`;
  throw new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
}

/** The networks of a part, where the original is bound what they have in common: a part may never come from where the whole may not. */
function boundTo(networks: readonly string[], index: number, { ipAllow }: Key): readonly string[] {
  const common = ipAllow.length === 0 ? networks : commonNetworks(networks, ipAllow);
  if (common.length > 0) return common;
  const path = `parts.${String(index)}.ipAllow`;
  const message =
    'The original is bound to other networks. Choose some of those, or widen the original first.';
  throw new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
}

/** Scopes are about one service, and rules of a key's own about all: the part stays with the services that the original was for. */
function servicesOf(key: Key, { services }: GrantedRules): Partial<Pick<CreateKeyInput, 'serviceAllow'>> {
  if (services === null) return {};
  const both = services.filter((id) => key.serviceAllow.length === 0 || key.serviceAllow.includes(id));
  return both.length === 0 ? {} : { serviceAllow: both };
}

function endOf({ expiresAt, graceEndsAt }: Key): TimestampMs | null {
  return graceEndsAt ?? expiresAt;
}

function laterThan(expiresAt: TimestampMs | null, nowMs: TimestampMs): TimestampMs | null {
  return expiresAt === null || expiresAt > nowMs ? expiresAt : null;
}
