import type { HandlerInput, Output } from '#contract/contract.ts';
import { tokenId } from '#contract/ids.ts';
import type { AdminToken } from '#contract/tokens.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatAdminToken, SECRET_CHARACTERS, tokenHintText } from '#main/domain/key-format.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';

/** Makes an admin token; its text is in this answer and nowhere else.
 *  Throws NAME_TAKEN, and INVALID_INPUT when it would expire in the past. */
export function createToken(
  context: UseCaseContext,
  input: HandlerInput<'tokens.create'>,
): Output<'tokens.create'> {
  const token = formatAdminToken(randomBase62(SECRET_CHARACTERS, randomBytes));
  return context.command(() => {
    const stored = storeToken(context, input, token);
    return { ...stored, value: { adminToken: stored.value, token } };
  });
}

/** Stores a given token by its hash, with its audit event. Errors as createToken. */
export function keepToken(
  context: UseCaseContext,
  input: HandlerInput<'tokens.create'>,
  token: string,
): AdminToken {
  return context.command(() => storeToken(context, input, token));
}

function storeToken(
  context: UseCaseContext,
  input: HandlerInput<'tokens.create'>,
  token: string,
): CommandOutcome<AdminToken> {
  if (input.expiresAt !== null && input.expiresAt <= context.nowMs) {
    throw new AppError('INVALID_INPUT', 'The token would already be expired. Choose a later moment.', [
      { path: 'expiresAt', message: 'Must be in the future.' },
    ]);
  }
  if (context.db.adminTokens.findByName(input.name) !== null) {
    throw new AppError('NAME_TAKEN', `There is already a token named "${input.name}". Choose another name.`, [
      { path: 'name', message: 'In use by another token.' },
    ]);
  }
  refuseNameTwin(context.db.handle, { kind: 'token', name: input.name });
  const adminToken: AdminToken = {
    id: tokenId.parse(`tok_${randomBase62(16, randomBytes)}`),
    name: input.name,
    role: input.role,
    hint: tokenHintText(token),
    createdAt: context.nowMs,
    expiresAt: input.expiresAt,
    revokedAt: null,
  };
  context.db.adminTokens.insert({ ...adminToken, ...context.keyring.peppers.stored(token) });
  return {
    value: adminToken,
    audit: {
      action: 'tokens.create',
      subject: { kind: 'token', id: adminToken.id, name: adminToken.name },
      after: { role: adminToken.role, hint: adminToken.hint, expiresAt: adminToken.expiresAt },
    },
    changed: ['tokens'],
  };
}
