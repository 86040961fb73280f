import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatAdminToken } from '#main/domain/key-format.ts';
import type { Load } from './load.ts';
import { seedKeys } from './seed-keys.ts';
import { spawnServer, type Placement, type SpawnedServer } from './spawn-server.ts';

const ENTRY = resolve(import.meta.dirname, '../../out/main/headless.js');
/** Requests of a load are prepared before it starts; so many different ones keep any one key from being hot. */
const REQUESTS = 20_000;
/** Of a large store more: most keys of a round shall not have been asked about a moment ago. */
const REQUESTS_OF_MANY = 300_000;
const PATHS = 64;

/** Calls a procedure of the admin API. Throws with the server's words. */
export type Call = <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;

/** A data directory with a partner, an application, a service, a scope and keys; started and stopped as often as wished. */
export interface Store {
  readonly directory: string;
  readonly secrets: readonly string[];
  readonly applicationId: Output<'applications.create'>['id'];
  readonly scopeId: Output<'scopes.create'>['id'];
  readonly serviceId: Output<'services.list'>['items'][number]['id'];
  readonly serviceToken: string;
  readonly start: (placement?: Placement) => Promise<Latchkey>;
}

/** The real headless server, as it was built. */
export interface Latchkey {
  readonly server: SpawnedServer;
  readonly call: Call;
  readonly loads: {
    /** Good keys in turn, a path of their scope. */
    readonly valid: Load;
    /** Keys with a wrong checksum. */
    readonly malformed: Load;
  };
}

/** Makes a store with `keyCount` keys below `directory`: one over the API, the others like it straight into the file. */
export async function makeStore(directory: string, keyCount: number): Promise<Store> {
  const adminToken = formatAdminToken(randomBase62(43, (count) => randomBytes(count)));
  // Given from outside, so that the keys that go straight into the file can be hashed as the server does it.
  const pepper = randomBytes(32);
  const data = join(directory, 'data');
  const start = (placement: Placement = 'all') =>
    spawnServer([...SERVER_FLAGS, ENTRY, '--data', data, '--port', '0', '--admin-port', '0'], {
      env: { LATCHKEY_ADMIN_TOKEN: adminToken, LATCHKEY_PEPPER: pepper.toString('base64') },
      placement,
    });
  const first = await start();
  const made = await makeTeam(callerOf(first, adminToken));
  await first.stop();
  const secrets = [made.secret, ...seedKeys(join(data, 'keys.db'), pepper, made.secret, keyCount - 1)];
  return {
    ...made,
    directory: data,
    secrets,
    start: async (placement) => {
      const server = await start(placement);
      return {
        server,
        call: callerOf(server, adminToken),
        loads: loadsOf(server, made.serviceToken, secrets),
      };
    },
  };
}

/** As `npm start` gives them. */
const SERVER_FLAGS = ['--max-semi-space-size=1'];

async function makeTeam(call: Call) {
  // P3 measures refusals; a guard that turns them away after the first thousand would be measured instead.
  await call('settings.update', { failuresMax: 0 });
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
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  const scope = await call('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  const { secret } = await call('keys.create', {
    applicationId: application.id,
    name: 'Benchmark',
    environment: 'live',
    scopeIds: [scope.id],
    rateLimit: { limit: 100_000, windowMs: 1_000 },
    expiresAt: null,
    noExpiryReason: 'Benchmark',
  });
  if (secret === null) throw new Error('keys.create gave no secret.');
  return {
    applicationId: application.id,
    scopeId: scope.id,
    serviceId: service.id,
    serviceToken: token ?? '',
    secret,
  };
}

function loadsOf(server: SpawnedServer, serviceToken: string, secrets: readonly string[]): Latchkey['loads'] {
  const load = (bodies: readonly string[], mustContain: string): Load => ({
    url: `${server.service}/v1/verify`,
    method: 'POST',
    headers: { Authorization: `Bearer ${serviceToken}`, 'Content-Type': 'application/json' },
    headerSets: [],
    bodies,
    mustContain,
  });
  const most = secrets.length > REQUESTS ? REQUESTS_OF_MANY : REQUESTS;
  const count = Math.min(most, Math.max(PATHS, secrets.length));
  const keyAt = (index: number) =>
    secrets[
      secrets.length <= count ? index % secrets.length : Math.floor((index * secrets.length) / count)
    ] ?? '';
  const bodyOf = (key: string, index: number) =>
    JSON.stringify({ key, method: 'GET', path: `/inventory/${String(index % PATHS)}` });
  const bodies = Array.from({ length: count }, (_, index) => bodyOf(keyAt(index), index));
  const spoiled = Array.from({ length: 1_000 }, (_, index) => bodyOf(spoil(keyAt(index % count)), index));
  return { valid: load(bodies, '"VALID"'), malformed: load(spoiled, '"MALFORMED"') };
}

/** The same key with one character of its checksum changed. */
function spoil(key: string): string {
  return `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
}

function callerOf(server: SpawnedServer, token: string): Call {
  return async (name, input) => {
    const response = await fetch(`${server.admin ?? ''}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const reply = (await response.json()) as Reply<Output<typeof name>>;
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`);
    return reply.data;
  };
}
