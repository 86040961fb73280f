import type { Reply } from '#contract/errors.ts';
import type { ApplicationId, KeyId, ScopeId } from '#contract/ids.ts';
import type { KeyWithSecret } from '#contract/keys.ts';
import type { RunningProgram } from './start-program.ts';
import type { Connections } from './whole-answer.ts';

/** What was acknowledged of one key, and what was asked and not answered. */
export interface KnownKey {
  readonly keyId: KeyId;
  readonly secrets: readonly string[];
  readonly isRevoked: boolean;
  readonly pending: 'rotate' | 'revoke' | null;
}

/** What a load knows when its server is gone. */
export interface LoadResult {
  readonly keys: readonly KnownKey[];
  /** Creations that were asked for and not answered: any of them may be there. */
  readonly pendingCreates: number;
  readonly acknowledged: number;
  /** Refusals, which a load on a sound disk does not expect. */
  readonly refusals: readonly string[];
}

/** Where keys are made. */
export interface KeyPlace {
  readonly applicationId: ApplicationId;
  readonly readScopeId: ScopeId;
}

/** Creates, rotates and revokes keys over HTTP in so many lanes, each with keys of its own, until no answer comes any more or
 *  `isOver` says so. */
export async function loadWithKeys(
  server: Pick<RunningProgram, 'admin'> & { readonly adminToken: string },
  place: KeyPlace,
  options: { readonly lanes: number; readonly connections: Connections; readonly isOver?: () => boolean },
): Promise<LoadResult> {
  const lanes = await Promise.all(
    Array.from({ length: options.lanes }, (_, lane) => runLane(server, place, options, lane)),
  );
  return {
    keys: lanes.flatMap(({ keys }) => keys),
    pendingCreates: lanes.reduce((sum, lane) => sum + lane.pendingCreates, 0),
    acknowledged: lanes.reduce((sum, lane) => sum + lane.acknowledged, 0),
    refusals: lanes.flatMap(({ refusals }) => refusals),
  };
}

async function runLane(
  server: Parameters<typeof loadWithKeys>[0],
  place: KeyPlace,
  { connections, isOver = () => false }: Parameters<typeof loadWithKeys>[2],
  lane: number,
): Promise<LoadResult> {
  const keys: KnownKey[] = [];
  const refusals: string[] = [];
  let acknowledged = 0;
  const ask = async (name: string, input: object): Promise<Reply<KeyWithSecret> | null> => {
    const answer = await connections.post(`${server.admin}/api/${name}`, server.adminToken, input);
    return answer === null ? null : (answer.body as Reply<KeyWithSecret>);
  };
  for (let turn = 0; !isOver(); turn += 1) {
    const at = keys.findLastIndex(({ isRevoked }) => !isRevoked);
    const key = keys[at];
    const action = key === undefined || turn % 3 === 0 ? 'create' : turn % 3 === 1 ? 'rotate' : 'revoke';
    const reply =
      action === 'create' || key === undefined
        ? await ask('keys.create', newKey(place, `Lane ${String(lane)} turn ${String(turn)}`))
        : action === 'rotate'
          ? await ask('keys.rotate', { keyId: key.keyId, overlapMs: 0, reason: 'load' })
          : await ask('keys.revoke', { keyId: key.keyId, reason: 'policy' });
    if (reply === null) {
      if (key !== undefined && action !== 'create') keys[at] = { ...key, pending: action };
      return { keys, pendingCreates: action === 'create' ? 1 : 0, acknowledged, refusals };
    }
    if (!reply.ok) {
      refusals.push(`${action}: ${reply.error.code}`);
      continue;
    }
    acknowledged += 1;
    const secret = reply.data.secret ?? '';
    if (key === undefined || action === 'create')
      keys.push({ keyId: reply.data.key.keyId, secrets: [secret], isRevoked: false, pending: null });
    else if (action === 'rotate') keys[at] = { ...key, secrets: [...key.secrets, secret] };
    else keys[at] = { ...key, isRevoked: true };
  }
  return { keys, pendingCreates: 0, acknowledged, refusals };
}

/** Input of keys.create. */
export function newKey(place: KeyPlace, name: string) {
  return {
    applicationId: place.applicationId,
    name: `${name} ${Math.random().toString(36).slice(2)}`,
    environment: 'live',
    scopeIds: [place.readScopeId],
    expiresAt: null,
    noExpiryReason: 'Load',
  } as const;
}
