import type { ProcedureName } from '#contract/contract.ts';
import type { SeededTrade } from '../seed-trade.ts';
import { newKey } from './key-load.ts';
import type { RunningProgram } from './start-program.ts';

/** One admin command, ready to be sent, and how to see whether it was done. */
export interface AdminOperation {
  readonly name: ProcedureName;
  readonly input: Readonly<Record<string, unknown>>;
  /** Text that differs once the command is done. */
  readonly state: () => Promise<string>;
}

/** Prepares one operation of a sort: makes what it needs. */
export type PrepareOperation = (
  server: RunningProgram,
  seed: SeededTrade,
  unique: string,
) => Promise<AdminOperation>;

const keyCount = async (server: RunningProgram): Promise<string> =>
  String((await server.call('system.status', {})).store.keyCount);

async function onNewKey(
  server: RunningProgram,
  seed: SeededTrade,
  unique: string,
  name: ProcedureName,
  input: Readonly<Record<string, unknown>>,
): Promise<AdminOperation> {
  const { key } = await server.call('keys.create', newKey(seed, unique));
  const { keyId } = key;
  const state = async (): Promise<string> => {
    const now = await server.call('keys.get', { keyId });
    return JSON.stringify([now.status, now.secrets.length, now.name, now.secrets.at(-1)?.version]);
  };
  return { name, input: { keyId, ...input }, state };
}

/** Every sort of change that a key, what stands around it, and the program's settings can have. */
export const OPERATIONS: readonly PrepareOperation[] = [
  async (server, seed, unique) => ({
    name: 'keys.create',
    input: newKey(seed, unique),
    state: () => keyCount(server),
  }),
  (server, seed, unique) => onNewKey(server, seed, unique, 'keys.rotate', { overlapMs: 60_000 }),
  (server, seed, unique) => onNewKey(server, seed, unique, 'keys.revoke', { reason: 'policy' }),
  (server, seed, unique) => onNewKey(server, seed, unique, 'keys.suspend', { reason: 'looking into it' }),
  (server, seed, unique) => onNewKey(server, seed, unique, 'keys.update', { name: `${unique} renamed` }),
  async (server, _seed, unique) => ({
    name: 'settings.update',
    input: { helpContact: `${unique}@example.com` },
    state: async () => String((await server.call('settings.get', {})).helpContact),
  }),
  async (server, _seed, unique) => ({
    name: 'partners.create',
    input: { name: unique, tier: 'external', contactEmail: 'a@acme.example' },
    state: async () => JSON.stringify((await server.call('partners.list', {})).items.length),
  }),
  async (server, seed, unique) => ({
    name: 'applications.create',
    input: { partnerId: seed.partnerId, name: unique, slug: unique, contactEmail: 'a@acme.example' },
    state: async () => JSON.stringify((await server.call('applications.list', {})).items.length),
  }),
  async (server, seed, unique) => ({
    name: 'scopes.create',
    input: {
      serviceId: seed.serviceId,
      name: `${unique}:read`,
      rules: [{ effect: 'allow', methods: ['GET'], path: `/${unique}/**` }],
    },
    state: async () => JSON.stringify((await server.call('scopes.list', {})).items.length),
  }),
  async (server, seed, unique) => ({
    name: 'scopes.update',
    input: { scopeId: seed.readScopeId, description: unique },
    state: async () => JSON.stringify((await server.call('scopes.list', {})).items),
  }),
  async (server, _seed, unique) => ({
    name: 'plans.create',
    input: { name: unique, rateLimit: { limit: 5, windowMs: 60_000 }, quota: null },
    state: async () => JSON.stringify((await server.call('plans.list', {})).items.length),
  }),
  async (server, _seed, unique) => ({
    name: 'services.create',
    input: { name: unique, slug: unique },
    state: async () => JSON.stringify((await server.call('services.list', {})).items.length),
  }),
  async (server, seed, unique) => ({
    name: 'endpoints.import',
    input: { serviceId: seed.serviceId, lines: `GET /${unique}` },
    state: async () =>
      JSON.stringify((await server.call('endpoints.list', { serviceId: seed.serviceId })).items.length),
  }),
  async (server, _seed, unique) => ({
    name: 'tokens.create',
    input: { name: unique, role: 'viewer' },
    state: async () => JSON.stringify((await server.call('tokens.list', {})).items.length),
  }),
];
