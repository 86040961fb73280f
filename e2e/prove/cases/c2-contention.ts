import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

const CONNECTIONS = 50;
const LIMIT = 25;
const WINDOW_MS = 1_000;
/** Rows say whole milliseconds of the wall clock, the limiter counts parts of them on the other one: both ends of a window may be rounded. */
const ROUNDING_MS = 2;

/** Many connections ask without a pause; the rows of the log say when each admission was. */
async function contention(work: Workbench, program: Program, seconds: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { keyId, secret } = await team.newKey({ rateLimit: { limit: LIMIT, windowMs: WINDOW_MS } });
  const endsAt = Date.now() + seconds * 1_000;
  let asked = 0;
  let admitted = 0;
  const client = async (): Promise<void> => {
    while (Date.now() < endsAt) {
      asked += 1;
      if ((await team.verify({ key: secret })).valid) admitted += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const moments = await admissions(team, keyId, admitted);
  const over = windowsOver(moments);
  const least = LIMIT * seconds;
  return {
    reached: `${String(over)} windows above ${String(LIMIT)}, ${String(admitted)} admitted (at least ${String(least)} were due) of ${asked.toLocaleString('en')} in ${String(seconds)} s over ${String(CONNECTIONS)} clients, by the ${String(moments.length)} rows of the server`,
    holds: over === 0 && moments.length === admitted && admitted >= least,
  };
}

/** The log is written behind the answers: asked until all rows are there. */
async function admissions(team: TeamServer, keyId: string, wanted: number): Promise<readonly number[]> {
  let moments: number[] = [];
  for (let turn = 0; turn < 50 && moments.length < wanted; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    moments = [];
    let cursor: string | undefined;
    do {
      const page = await team.call('requests.list', {
        filter: { keyId, code: 'VALID' },
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      } as never);
      moments.push(...page.items.map(({ at }) => at));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return moments.sort((one, other) => one - other);
}

function windowsOver(moments: readonly number[]): number {
  let over = 0;
  for (let index = 0; index + LIMIT < moments.length; index += 1) {
    const spanMs = (moments[index + LIMIT] ?? 0) - (moments[index] ?? 0);
    if (spanMs < WINDOW_MS - ROUNDING_MS) over += 1;
  }
  return over;
}

/** A limit of a minute goes on where it was, whatever ended the program. */
async function restarts(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const limit = 10;
  const used = 4;
  let exact = 0;
  const long = await team.newKey({ quota: { limit: 1_000_000, period: 'month' } });
  let spent = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { secret } = await team.newKey({ rateLimit: { limit, windowMs: 600_000 } });
    for (let call = 0; call < used; call += 1) await team.verify({ key: secret });
    await team.verify({ key: long.secret });
    spent += 1;
    await team.restart(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    let admitted = 0;
    for (let call = 0; call < limit; call += 1) if ((await team.verify({ key: secret })).valid) admitted += 1;
    const decision = await team.verify({ key: long.secret });
    spent += 1;
    const left = decision.valid ? decision.quota?.remaining : null;
    if (admitted === limit - used && left === 1_000_000 - spent) exact += 1;
  }
  return {
    reached: `${String(exact)} of ${String(rounds)} restarts, every other by SIGKILL, left exactly what was left of a window of 10 minutes and of a month`,
    holds: exact === rounds,
  };
}

/** Limits while much happens. */
export const cases: readonly ProveCase[] = [
  {
    id: 'C2',
    promise: 'A rate limit is exact under contention, by the times of the server',
    target: '0 above the limit and nothing lost below it, 50 clients for 10 s',
    tier: 'T1',
    figure: (work) => contention(work, work.program, Math.max(2, work.count(10))),
    controls: [
      {
        fault: 'a window starts anew at each full second',
        run: (work) =>
          contention(
            work,
            work.patched([
              {
                file: 'src-main/domain/rate-limit.ts',
                find: '> 0 && this.#leavesInMs(0, nowMs) <= 0',
                replace:
                  '> 0 && Math.floor(nowMs / this.#rate.windowMs) > Math.floor(this.#timeAt(0) / this.#rate.windowMs)',
              },
            ]),
            3,
          ),
      },
    ],
  },
  {
    id: 'C4',
    promise:
      'Windows (those below a minute up to a limit of 1,000) and quotas keep their count over a restart and a kill',
    target: '20 of 20, +0',
    tier: 'T1',
    isBeside: true,
    figure: (work) => restarts(work, work.program, work.count(20)),
    controls: [
      {
        fault: 'limits start empty',
        run: (work) =>
          restarts(
            work,
            work.patched([
              {
                file: 'src-main/verify/limiter.ts',
                find: 'window.restore(uses.sort((a, b) => a.atMs - b.atMs));',
                replace: '',
              },
            ]),
            2,
          ),
      },
    ],
  },
];
