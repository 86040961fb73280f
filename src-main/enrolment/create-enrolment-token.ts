import type { HandlerInput, Output } from '#contract/contract.ts';
import { ENROLMENT_TOKENS_MAX, enrolmentTokenId } from '#contract/enrolment.ts';
import type { KeyId, ScopeId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { isTokenLive } from '#main/domain/is-token-live.ts';
import { formatEnrolmentToken, SECRET_CHARACTERS, tokenHintText } from '#main/domain/key-format.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { StoredEnrolmentToken } from '#main/sqlite/stored-enrolment.ts';
import { viewToken } from './enrolment-view.ts';

/** Makes an enrolment token for a key that works and is no child itself; its text is in this answer and nowhere else.
 *  Throws KEY_NOT_FOUND, WRONG_STATUS, SCOPE_NOT_FOUND for a scope that the key does not hold, NAME_TAKEN among the key's
 *  tokens that are not revoked, and INVALID_INPUT when it would expire in the past. */
export function createEnrolmentToken(
  context: UseCaseContext,
  input: HandlerInput<'enrolment.createToken'>,
): Output<'enrolment.createToken'> {
  const text = formatEnrolmentToken(randomBase62(SECRET_CHARACTERS, randomBytes));
  return context.command(() => {
    const scopeIds = checkedScopes(context, input);
    checkToken(context, input);
    const token: StoredEnrolmentToken = {
      id: enrolmentTokenId.parse(`enr_${randomBase62(16, randomBytes)}`),
      parentId: input.keyId,
      name: input.name,
      hint: tokenHintText(text),
      scopeIds,
      hasOwnRules: input.hasOwnRules,
      rateLimit: input.rateLimit,
      needsContact: input.needsContact,
      childLifeMsMax: input.childLifeMsMax,
      childrenMax: input.childrenMax,
      mintedCount: 0,
      lastUsedAtMs: null,
      createdAtMs: context.nowMs,
      expiresAtMs: input.expiresAt,
      revokedAtMs: null,
    };
    const { hash, pepperVersion } = context.keyring.peppers.stored(text);
    context.db.enrolment.insert(token, hash, pepperVersion);
    const { id, name, hint, hasOwnRules, rateLimit, needsContact, childLifeMsMax, childrenMax } = token;
    return {
      value: { enrolmentToken: viewToken(context, token), token: text },
      audit: {
        action: 'enrolment.createToken',
        subject: { kind: 'enrolment', id, name },
        after: {
          ...{ keyId: input.keyId, hint, scopeIds, hasOwnRules, rateLimit, needsContact },
          ...{ childLifeMsMax, childrenMax },
          expiresAt: token.expiresAtMs,
        },
      },
      changed: ['enrolment'],
    };
  });
}

function checkedScopes(
  context: UseCaseContext,
  { keyId, scopeIds }: HandlerInput<'enrolment.createToken'>,
): readonly ScopeId[] {
  const parent = loadKey(context, keyId);
  if (parent.key.parentId !== null) {
    throw new AppError('WRONG_STATUS', 'This is a child key. Make the token for the key that it came from.');
  }
  const { status } = viewKey(context, parent);
  if (status !== 'active' && status !== 'rotating') {
    throw new AppError(
      'WRONG_STATUS',
      `This key is ${status}: a key that does not work can have no children.`,
    );
  }
  const held = parent.key.scopes.map(({ id }) => id);
  if (scopeIds === undefined) return held;
  for (const [index, id] of scopeIds.entries()) {
    if (held.includes(id)) continue;
    const path = `scopeIds.${String(index)}`;
    const message = 'The key does not hold this scope, so its children cannot.';
    throw new AppError('SCOPE_NOT_FOUND', `${path}: ${message}`, [{ path, message }]);
  }
  return [...new Set(scopeIds)];
}

function checkToken(context: UseCaseContext, input: HandlerInput<'enrolment.createToken'>): void {
  if (input.expiresAt <= context.nowMs) {
    const message = 'The token would already be expired. Choose a later moment.';
    throw new AppError('INVALID_INPUT', message, [{ path: 'expiresAt', message: 'Must be in the future.' }]);
  }
  const live = liveTokens(context, input.keyId);
  if (live.some(({ name }) => name.toLowerCase() === input.name.toLowerCase())) {
    const message = `This key has a token named “${input.name}” already. Choose another name.`;
    throw new AppError('NAME_TAKEN', message, [{ path: 'name', message: 'In use by another token.' }]);
  }
  if (live.length >= ENROLMENT_TOKENS_MAX) {
    const most = String(ENROLMENT_TOKENS_MAX);
    throw new AppError('WRONG_STATUS', `A key has at most ${most} tokens that work. Revoke one first.`);
  }
}

function liveTokens({ db, nowMs }: UseCaseContext, keyId: KeyId): readonly StoredEnrolmentToken[] {
  return db.enrolment.list(keyId).filter((token) => isTokenLive(token, nowMs));
}
