import { Agent } from 'node:http';
import type { KeyId } from '#contract/ids.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { isLinearisable, type Operation } from '../worlds/linearisable.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom, type Random } from '../worlds/random.ts';
import { sendTo, startTeamServer } from '../worlds/team-server.ts';
import { CACHE } from './b1-revocation.ts';

const OVERLAP_MS = 3_600_000;

/** What a history is made of: one key, by whatever door. */
interface Door {
  readonly newKey: () => Promise<{ readonly keyId: KeyId; readonly secret: string }>;
  readonly verify: (secret: string) => Promise<string>;
  readonly command: (
    name: CommandName,
    input: object,
  ) => Promise<{ readonly code: string; readonly secret?: string | null }>;
}
type CommandName =
  'keys.rotate' | 'keys.endOverlap' | 'keys.suspend' | 'keys.resume' | 'keys.revoke' | 'keys.update';

interface Plan {
  readonly histories: number;
  readonly operations: number;
  readonly clients: number;
}

/** Several clients use one key at once, in many histories; each must have an order that a single thread could have answered. */
async function histories(door: Door, scopeId: string, plan: Plan): Promise<Figure> {
  let broken = 0;
  let asked = 0;
  for (let number = 0; number < plan.histories; number += 1) {
    const history = await oneHistory(door, scopeId, plan, seededRandom(number + 1));
    asked += history.length;
    if (!isLinearisable(history)) broken += 1;
  }
  return {
    reached: `${String(broken)} of ${plan.histories.toLocaleString('en')} histories have no order; ${asked.toLocaleString('en')} operations by ${String(plan.clients)} clients at a time`,
    holds: broken === 0,
  };
}

async function oneHistory(
  door: Door,
  scopeId: string,
  plan: Plan,
  random: Random,
): Promise<readonly Operation[]> {
  const { keyId, secret } = await door.newKey();
  const secrets = [secret];
  const done: Operation[] = [];
  let time = 0;
  let left = plan.operations;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const startedAt = (time += 1);
      const { kind, code, version } = await act(door, { keyId, scopeId, secrets, random });
      done.push({ kind, code, version, startedAt, endedAt: (time += 1) });
    }
  };
  await Promise.all(Array.from({ length: plan.clients }, client));
  return done;
}

interface Acting {
  readonly keyId: KeyId;
  readonly scopeId: string;
  readonly secrets: string[];
  readonly random: Random;
}

async function act(
  door: Door,
  { keyId, scopeId, secrets, random }: Acting,
): Promise<Pick<Operation, 'kind' | 'code' | 'version'>> {
  const chance = random.below(100);
  if (chance < 70) {
    const version = secrets.length - random.below(Math.min(3, secrets.length));
    return { kind: 'verify', version, code: await door.verify(secrets[version - 1] ?? '') };
  }
  if (chance < 78) {
    const { code, secret } = await door.command('keys.rotate', { keyId, overlapMs: OVERLAP_MS });
    // Versions count up with each success; the answer says which secret it is.
    const version = typeof secret === 'string' ? secrets.push(secret) : 0;
    return { kind: 'rotate', version, code };
  }
  const [kind, name, input] = command(chance, keyId, scopeId);
  return { kind, version: 0, code: (await door.command(name, input)).code };
}

function command(
  chance: number,
  keyId: KeyId,
  scopeId: string,
): readonly [Operation['kind'], CommandName, object] {
  if (chance < 84) return ['endOverlap', 'keys.endOverlap', { keyId }];
  if (chance < 88) return ['suspend', 'keys.suspend', { keyId, reason: 'Unpaid' }];
  if (chance < 93) return ['resume', 'keys.resume', { keyId, reason: 'Paid' }];
  if (chance < 96) return ['scopeOff', 'keys.update', { keyId, scopeIds: [] }];
  if (chance < 99) return ['scopeOn', 'keys.update', { keyId, scopeIds: [scopeId] }];
  return ['revoke', 'keys.revoke', { keyId, reason: 'policy' }];
}

/** Turns of the event loop come in an order of chance before each step. */
async function inProcess(work: Workbench, program: Program, count: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const turns = seededRandom(2);
  const wait = async (): Promise<void> => {
    for (let turn = turns.below(4); turn > 0; turn -= 1) await Promise.resolve();
  };
  const caller = {
    actor: { kind: 'token', id: 'tok_proof', name: 'Proof' },
    role: 'owner',
    requestId: 'req_proof',
  } as const;
  const door: Door = {
    newKey: () => world.newKey(),
    verify: async (secret) => {
      await wait();
      const code = world.codeOf(secret);
      await wait();
      return code;
    },
    command: async (name, input) => {
      await wait();
      const reply = await world.admin.dispatch(name, input, caller);
      await wait();
      return outcomeOf(reply);
    },
  };
  return histories(door, world.scopeId, { histories: count, operations: 20, clients: 3 });
}

async function overHttp(work: Workbench, program: Program, count: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { admin } = team.server();
  const headers = { Authorization: `Bearer ${team.start.adminToken}`, 'Content-Type': 'application/json' };
  // Over kept connections: 100,000 times `fetch` would be half of the work.
  const agent = new Agent({ keepAlive: true });
  work.onEnd(() => {
    agent.destroy();
  });
  const door: Door = {
    newKey: () => team.newKey(),
    verify: async (key) => (await team.verify({ key })).code,
    command: async (name, input) => {
      const { body } = await sendTo(agent, `${admin}/api/${name}`, { headers, body: JSON.stringify(input) });
      return outcomeOf(JSON.parse(body) as { readonly ok: boolean });
    },
  };
  return histories(door, team.scopeId, { histories: count, operations: 500, clients: 4 });
}

function outcomeOf(reply: { readonly ok: boolean }): {
  readonly code: string;
  readonly secret?: string | null;
} {
  const { ok, data, error } = reply as {
    ok: boolean;
    data?: { secret?: string | null };
    error?: { code: string };
  };
  return ok ? { code: 'ok', secret: data?.secret ?? null } : { code: error?.code ?? '' };
}

/** Histories of single keys. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B2',
    promise:
      'What clients see of a key that others change at the same time has an order: histories are linearisable',
    target: '0 of 2,000 scheduled histories without an order',
    tier: 'T1',
    isBeside: true,
    figure: (work) => inProcess(work, work.program, work.count(2_000)),
    controls: [
      {
        fault: 'what was found of a key is cached for 10 s',
        run: (work) => inProcess(work, work.patched([CACHE]), 50),
      },
    ],
  },
  {
    id: 'B2h',
    promise: 'The same over HTTP',
    target: '0 of 200 histories of 500 operations',
    tier: 'T1',
    isBeside: true,
    figure: (work) => overHttp(work, work.program, work.count(200)),
    controls: [
      {
        fault: 'what was found of a key is cached for 10 s',
        run: (work) => overHttp(work, work.patched([CACHE]), 5),
      },
    ],
  },
];
