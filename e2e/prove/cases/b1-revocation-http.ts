import type { VerifyResponse } from '#contract/verify.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';
import { CACHE } from './b1-revocation.ts';

const KEYS = 50;
/** After so many keys the server is started anew. */
const KEYS_BETWEEN_STARTS = 25;
const BATCH = 100;
const SINGLE_PART = 5;

/** Revokes over one connection, with a token of its own, and verifies over others: one in five alone, the others in batches. */
async function afterRevoke(work: Workbench, program: Program, total: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const revoke = await otherAdmin(team);
  const each = Math.ceil(total / KEYS);
  const revoked: string[] = [];
  const found = { accepted: 0, asked: 0, refusedBefore: 0 };
  for (let key = 0; key < KEYS; key += 1) {
    const { keyId, secret } = await team.newKey();
    if (!(await team.verify({ key: secret })).valid) found.refusedBefore += 1;
    await revoke(keyId);
    revoked.push(secret);
    const singles = Math.ceil(each / SINGLE_PART);
    const turns = Array.from({ length: singles }, () => team.verify({ key: secret }));
    const batches = Array.from({ length: Math.ceil((each - singles) / BATCH) }, () => batchOf(team, secret));
    count(found, await Promise.all(turns));
    count(found, (await Promise.all(batches)).flat());
    if (key % KEYS_BETWEEN_STARTS === KEYS_BETWEEN_STARTS - 1) {
      await team.restart(key < KEYS / 2 ? 'SIGKILL' : 'SIGTERM');
      count(found, await Promise.all(revoked.map((one) => team.verify({ key: one }))));
    }
  }
  return {
    reached: `${String(found.accepted)} of ${found.asked.toLocaleString('en')} accepted over HTTP, with 2 restarts in between; ${String(found.refusedBefore)} of ${String(KEYS)} refused before their revoke`,
    holds: found.accepted === 0 && found.refusedBefore === 0 && found.asked >= total,
  };
}

function count(found: { accepted: number; asked: number }, decisions: readonly VerifyResponse[]): void {
  found.asked += decisions.length;
  found.accepted += decisions.filter(({ valid }) => valid).length;
}

async function batchOf(team: TeamServer, key: string): Promise<readonly VerifyResponse[]> {
  const items = Array.from({ length: BATCH }, () => ({ key, method: 'GET', path: '/inventory/1' }));
  const { status, body } = await team.send('/v1/verify/batch', {
    headers: { Authorization: `Bearer ${team.serviceToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ items }),
  });
  if (status !== 200) throw new Error(`${String(status)} ${body}`);
  return (JSON.parse(body) as { readonly items: readonly VerifyResponse[] }).items;
}

async function otherAdmin(team: TeamServer): Promise<(keyId: string) => Promise<void>> {
  const { token } = await team.call('tokens.create', { name: 'Incident', role: 'admin' });
  return async (keyId) => {
    const response = await fetch(`${team.server().admin}/api/keys.revoke`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token ?? ''}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ keyId, reason: 'leaked' }),
    });
    if (!response.ok) throw new Error(await response.text());
    await response.arrayBuffer();
  };
}

/** Over HTTP, by another admin, with restarts. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B1h',
    promise: 'The same over HTTP, revoked by another admin, and after restarts',
    target: '0 of 100,000',
    tier: 'T1',
    isBeside: true,
    figure: (work) => afterRevoke(work, work.program, work.count(100_000)),
    controls: [
      {
        fault: 'what was found of a key is cached for 10 s',
        run: (work) => afterRevoke(work, work.patched([CACHE]), 2_000),
      },
    ],
  },
];
