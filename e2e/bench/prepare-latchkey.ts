import { join, resolve } from 'node:path';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { formatAdminToken } from '#main/domain/key-format.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { randomBytes } from 'node:crypto';
import type { LoadOptions } from './load.ts';
import { spawnServer, type SpawnedServer } from './spawn-server.ts';

type Load = Omit<LoadOptions, 'connections' | 'seconds'>;

/** The real headless server with `keyCount` keys, and two loads for it: a good key, and a key with a wrong checksum. */
export async function prepareLatchkey(
  directory: string,
  keyCount: number,
): Promise<{ server: SpawnedServer; valid: Load; malformed: Load }> {
  const token = formatAdminToken(randomBase62(43, (count) => randomBytes(count)));
  const entry = resolve(import.meta.dirname, '../../out/main/headless.js');
  const server = await spawnServer(
    [entry, '--data', join(directory, 'data'), '--port', '0', '--admin-port', '0'],
    {
      LATCHKEY_ADMIN_TOKEN: token,
    },
  );
  const call = caller(server.admin ?? '', token);
  const partner = await call('partners.create', {
    name: 'Acme',
    tier: 'external',
    contactEmail: 'dev@acme.example',
  });
  const application = await call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'dev@acme.example',
  });
  const { service, token: serviceToken } = await call('services.create', { name: 'Trade', slug: 'trade' });
  const scope = await call('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  let secret = '';
  for (let index = 0; index < keyCount; index += 1) {
    const made = await call('keys.create', {
      applicationId: application.id,
      name: `Key ${String(index)}`,
      environment: 'live',
      scopeIds: [scope.id],
      expiresAt: null,
      noExpiryReason: 'Benchmark',
    });
    secret = made.secret ?? secret;
  }
  const load = (key: string, mustContain: string): Load => ({
    url: `${server.service}/v1/verify`,
    headers: { authorization: `Bearer ${serviceToken}` },
    body: JSON.stringify({ key, method: 'GET', path: '/inventory/42' }),
    mustContain,
  });
  const wrong = `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`;
  return { server, valid: load(secret, '"VALID"'), malformed: load(wrong, '"MALFORMED"') };
}

function caller(admin: string, token: string) {
  return async <Name extends ProcedureName>(name: Name, input: CallInput<Name>): Promise<Output<Name>> => {
    const response = await fetch(`${admin}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const reply = (await response.json()) as Reply<Output<Name>>;
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
    return reply.data;
  };
}
