import { setTimeout } from 'node:timers/promises';
import type { AuditEvent } from '#contract/audit.ts';
import type { Output } from '#contract/contract.ts';
import type { KnownKey, LoadResult } from './key-load.ts';
import type { RunningProgram } from './start-program.ts';

/** What was found against the acknowledged state. */
export interface Findings {
  /** Acknowledged and not there. */
  readonly lost: readonly string[];
  /** There without its audit event, the other way round, or in between two states. */
  readonly half: readonly string[];
}

/** Compares the store of a running program with what a load knows. `before` are the counts from before the load. */
export async function checkKeys(
  server: RunningProgram,
  load: LoadResult,
  before: StoreCounts,
  serviceToken: string,
): Promise<Findings> {
  const lost: string[] = [];
  const half: string[] = [];
  const events = await eventsSince(server, before.audit);
  const of = (keyId: string, action: string): number =>
    events.filter((event) => event.subject.id === keyId && event.action === action).length;
  await eachOf(load.keys, async (key) => {
    const { status, reply } = await server.ask('keys.get', { keyId: key.keyId });
    if (!reply.ok) {
      lost.push(`key ${key.keyId} (${String(status)})`);
      return;
    }
    const rotations = Math.max(...reply.data.secrets.map(({ version }) => version)) - 1;
    const isRevoked = reply.data.status === 'revoked';
    lost.push(...missing(key, rotations, isRevoked));
    if (of(key.keyId, 'keys.create') !== 1) half.push(`create of ${key.keyId}`);
    if (of(key.keyId, 'keys.rotate') !== rotations) half.push(`rotation of ${key.keyId}`);
    if (of(key.keyId, 'keys.revoke') !== (isRevoked ? 1 : 0)) half.push(`revocation of ${key.keyId}`);
    lost.push(...(await wrongAnswers(server, key, rotations, isRevoked, serviceToken)));
  });
  const counts = await storeCounts(server);
  const created = counts.keys - before.keys;
  const extra = created - load.keys.length;
  if (extra < 0 || extra > load.pendingCreates) half.push(`${String(extra)} keys that nobody asked for`);
  if (events.filter(({ action }) => action === 'keys.create').length !== created)
    half.push('creations and their events differ');
  const trail = await server.call('audit.verify', {});
  if (!trail.ok) half.push(`audit: ${trail.detail}`);
  return { lost, half };
}

/** How many there are. */
export interface StoreCounts {
  readonly keys: number;
  readonly audit: number;
}

/** Counts what is in the store now. */
export async function storeCounts(server: RunningProgram): Promise<StoreCounts> {
  const { store } = await server.call('system.status', {});
  return { keys: store.keyCount, audit: store.auditCount };
}

function missing(key: KnownKey, rotations: number, isRevoked: boolean): readonly string[] {
  const problems: string[] = [];
  const known = key.secrets.length - 1;
  const rotationsMax = known + (key.pending === 'rotate' ? 1 : 0);
  if (rotations < known || rotations > rotationsMax)
    problems.push(`${key.keyId} has ${String(rotations)} rotations of ${String(known)}`);
  if (key.isRevoked && !isRevoked) problems.push(`revocation of ${key.keyId}`);
  if (!key.isRevoked && isRevoked && key.pending !== 'revoke') problems.push(`${key.keyId} is revoked`);
  return problems;
}

/** The newest known secret works exactly while the key does; earlier ones ended with their rotation. */
async function wrongAnswers(
  server: RunningProgram,
  key: KnownKey,
  rotations: number,
  isRevoked: boolean,
  serviceToken: string,
): Promise<readonly string[]> {
  const items = await codesOf(
    server,
    serviceToken,
    key.secrets.map((secret) => ({ key: secret, method: 'GET', path: '/inventory/1' })),
  );
  return items.flatMap((code, version) => {
    const wanted = isRevoked || version < rotations ? 'REVOKED' : 'VALID';
    return code === wanted ? [] : [`${key.keyId} version ${String(version + 1)} is ${code}, not ${wanted}`];
  });
}

const ASKED_AGAIN_MAX = 40;
const ASK_AGAIN_MS = 250;

/** The decisions about these questions. A busy server may turn a question away for a moment: that is no decision, and says nothing
 *  about what is in its store. Throws when it stays with that. */
async function codesOf(
  server: RunningProgram,
  serviceToken: string,
  questions: readonly object[],
): Promise<readonly string[]> {
  for (let asked = 0; asked <= ASKED_AGAIN_MAX; asked += 1) {
    const response = await fetch(`${server.service}/v1/verify/batch`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${serviceToken}` },
      body: JSON.stringify({ items: questions }),
    });
    const { items = [] } = (await response.json()) as {
      readonly items?: readonly { readonly code: string }[];
    };
    const codes = items.map(({ code }) => code);
    if (codes.length === questions.length && !codes.includes('VERIFY_UNAVAILABLE')) return codes;
    await setTimeout(ASK_AGAIN_MS);
  }
  throw new Error('The server decides nothing: it turns every question away.');
}

const LANES = 6;

/** Some at a time. */
async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function eventsSince(server: RunningProgram, count: number): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  let cursor: string | undefined;
  do {
    const input = cursor === undefined ? {} : { cursor };
    const page: Output<'audit.list'> = await server.call('audit.list', { limit: 500, ...input });
    events.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && (events.at(-1)?.seq ?? 0) > count + 1);
  return events.filter(({ seq }) => seq > count);
}
