import type { CallInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Call } from './running-app.ts';
import type { SeededTrade } from './seed-trade.ts';

/** One more live key of the seeded application that may read the inventory and never ends, but for what `changes` says. */
export async function seedKey(
  call: Call,
  { applicationId, readScopeId }: Pick<SeededTrade, 'applicationId' | 'readScopeId'>,
  name: string,
  changes: Partial<CallInput<'keys.create'>> = {},
): Promise<{ readonly keyId: KeyId; readonly secret: string }> {
  const { key, secret } = await call('keys.create', {
    applicationId,
    name,
    environment: 'live',
    scopeIds: [readScopeId],
    expiresAt: null,
    noExpiryReason: 'For a test',
    ...changes,
  });
  if (secret === null) throw new Error('keys.create gave no secret.');
  return { keyId: key.keyId, secret };
}
