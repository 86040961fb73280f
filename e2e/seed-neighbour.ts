import type { KeyId } from '#contract/ids.ts';
import type { Call } from './running-app.ts';

/** A second key of the same application with the same scopes as the first. */
export async function seedNeighbour(
  call: Call,
): Promise<{ readonly keyId: KeyId; readonly name: string; readonly secret: string }> {
  const { items } = await call('keys.list', {});
  const first = items[0];
  if (first === undefined) throw new Error('There is no key yet.');
  const { scopeIds } = await call('keys.get', { keyId: first.keyId });
  const name = 'Neighbour';
  const { key, secret } = await call('keys.create', {
    applicationId: first.applicationId,
    name,
    environment: 'live',
    scopeIds,
    expiresAt: null,
    noExpiryReason: 'Short-lived test.',
  });
  if (secret === null) throw new Error('keys.create gave no secret.');
  return { keyId: key.keyId, name, secret };
}
