import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { percentile } from '../decision-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { residentBytes } from '../resident-bytes.ts';
import { sendTo, startTeamServer, type TeamServer } from '../worlds/team-server.ts';

const CEILING_PER_SECOND = 300;
const LANES = 60;
const MIB = 1024 * 1024;
const GROWN_BYTES_MAX = 64 * MIB;
const REVOKED_MS_MAX = 1_000;
const ADMITTED_MS_MAX = 250;
const NORMAL_AGAIN_MS_MAX = 5_000;
const ADMIN_EVERY_MS = 250;

interface Seen {
  admitted: number;
  shed: number;
  /** Answers of another kind, and refusals that do not say when to come again. */
  readonly odd: string[];
  readonly admittedMs: number[];
}

/** Far more is asked than the server may decide, by so many at a time without a pause; meanwhile somebody revokes keys. */
async function overload(work: Workbench, program: Program, seconds: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { secret } = await team.newKey();
  await team.verify({ key: secret });
  await team.call('settings.update', { verifyPerSecondMax: CEILING_PER_SECOND });
  const { pid } = team.server();
  const before = residentBytes(pid);
  const endsAt = performance.now() + seconds * 1_000;
  const seen: Seen = { admitted: 0, shed: 0, odd: [], admittedMs: [] };
  const flood = askWithoutPause(work, team, secret, { endsAt, seen });
  const revokedMs: number[] = [];
  while (performance.now() < endsAt) {
    const fresh = await team.newKey();
    const askedAt = performance.now();
    await team.call('keys.revoke', { keyId: fresh.keyId, reason: 'leaked' });
    revokedMs.push(performance.now() - askedAt);
    await setTimeout(ADMIN_EVERY_MS);
  }
  await flood;
  const grown = Math.max(0, residentBytes(pid) - before);
  const againMs = await normalAgainMs(team, secret);
  const slowestMs = Math.max(...revokedMs);
  const p99 = percentile(seen.admittedMs, 0.99);
  const perSecond = seen.admitted / seconds;
  return {
    reached: `${String(seen.shed)} turned away with 503 and Retry-After, ${String(Math.round(perSecond))}/s of at most ${String(CEILING_PER_SECOND)}/s admitted with p99 ${String(Math.round(p99))} ms, ${String(seen.odd.length)} other answers${seen.odd.length > 0 ? ` (${String(seen.odd[0])})` : ''}; ${String(revokedMs.length)} revocations, slowest ${String(Math.round(slowestMs))} ms; ${String(Math.round(grown / MIB))} MiB more memory; as before after ${String(Math.round(againMs))} ms; ${String(seconds)} s`,
    holds:
      seen.shed > seen.admitted &&
      perSecond <= CEILING_PER_SECOND * 1.1 &&
      seen.odd.length === 0 &&
      p99 <= ADMITTED_MS_MAX &&
      slowestMs <= REVOKED_MS_MAX &&
      grown <= GROWN_BYTES_MAX &&
      againMs <= NORMAL_AGAIN_MS_MAX,
  };
}

async function askWithoutPause(
  work: Workbench,
  team: TeamServer,
  secret: string,
  { endsAt, seen }: { readonly endsAt: number; readonly seen: Seen },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  work.onEnd(() => {
    agent.destroy();
  });
  const sent = {
    headers: { Authorization: `Bearer ${team.serviceToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: secret, method: 'GET', path: '/inventory/42' }),
  };
  const lane = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const askedAt = performance.now();
      const { status, headers } = await sendTo(agent, `${team.server().service}/v1/verify`, sent);
      if (status === 200) {
        seen.admitted += 1;
        seen.admittedMs.push(performance.now() - askedAt);
      } else if (status === 503 && Number(headers['retry-after']) > 0) seen.shed += 1;
      else seen.odd.push(`${String(status)}, Retry-After ${String(headers['retry-after'])}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
}

/** Until ten decisions in a row are made. */
async function normalAgainMs(team: TeamServer, secret: string): Promise<number> {
  const startedAt = performance.now();
  for (let good = 0; good < 10 && performance.now() - startedAt < 2 * NORMAL_AGAIN_MS_MAX;) {
    const isDecided = await team.verify({ key: secret }).then(
      ({ valid }) => valid,
      () => false,
    );
    good = isDecided ? good + 1 : 0;
    if (!isDecided) await setTimeout(50);
  }
  return performance.now() - startedAt;
}

const NOBODY_TURNED_AWAY: SourceFault = {
  file: 'src-main/verify/guard.ts',
  find: '    const why = this.#fullAt(service, verifyPerSecondMax, isKnown, nowMs);',
  replace: '    const why = this.#fullAt(service, null, isKnown, nowMs);',
};

/** More than it can do. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E12',
    promise:
      'Asked for far more than it may decide, it turns the rest away with 503 and when to come again; what it admits is fast, revocations wait for nobody, and all is as before afterwards',
    target: '60 s; p99 at most 250 ms, revocations at most 1 s, at most 64 MiB more, as before within 5 s',
    tier: 'T1',
    figure: (work) => overload(work, work.program, Math.max(5, work.count(60))),
    controls: [
      {
        fault: 'the ceiling is not looked at',
        run: (work) => overload(work, work.patched([NOBODY_TURNED_AWAY]), 5),
      },
    ],
  },
];
