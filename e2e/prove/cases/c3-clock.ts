import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { compileShim } from '../native-shim.ts';
import type { Program, SourceFault } from '../program.ts';
import { startTeamServer } from '../worlds/team-server.ts';

const HOUR_S = 3_600;
const JUMPS_S = [
  HOUR_S,
  -HOUR_S,
  24 * HOUR_S,
  -24 * HOUR_S,
  300,
  -300,
  30 * 24 * HOUR_S,
  -30 * 24 * HOUR_S,
  1,
  -1,
  90 * 60,
  -90 * 60,
];
const LIMIT = 5;

/** Sets the wall clock of a running server forward and back, and looks at what must not care. */
async function jumps(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const control = join(work.directory, 'clock-shift');
  writeFileSync(control, '0');
  const team = await startTeamServer(work, program, {
    environment: { LD_PRELOAD: compileShim(work, 'shift-clock'), CLOCK_SHIFT: control },
  });
  const serverNow = async (): Promise<number> => {
    const { headers } = await team.send('/healthz', {});
    return Date.parse(String(headers['date']));
  };
  const expired = await team.newKey({ expiresAt: Date.now() + 1_500, noExpiryReason: null });
  await setTimeout(1_700);
  const found = { limiter: 0, unexpired: 0, order: 0 };
  const chosen = JUMPS_S.slice(0, rounds);
  // A shim that is not at work would leave everything as it is.
  writeFileSync(control, String(-HOUR_S));
  await setTimeout(1_500);
  const shiftedMs = (await serverNow()) - Date.now();
  const isAtWork = Math.abs(shiftedMs + HOUR_S * 1_000) < 5_000;
  for (const jumpS of chosen) {
    writeFileSync(control, '0');
    await setTimeout(50);
    const { keyId, secret } = await team.newKey({ rateLimit: { limit: LIMIT, windowMs: 600_000 } });
    for (let call = 0; call < LIMIT - 1; call += 1) await team.verify({ key: secret });
    writeFileSync(control, String(jumpS));
    const codes = [];
    for (let call = 0; call < 3; call += 1) codes.push((await team.verify({ key: secret })).code);
    if (codes.join() !== 'VALID,RATE_LIMITED,RATE_LIMITED') found.limiter += 1;
    if ((await team.verify({ key: expired.secret })).valid) found.unexpired += 1;
    await setTimeout(300);
    const { items } = await team.call('requests.list', { filter: { keyId }, limit: 20 });
    const shown = items.map(({ code }) => code).join();
    if (!shown.startsWith('RATE_LIMITED,RATE_LIMITED,VALID')) found.order += 1;
  }
  return {
    reached: `${String(found.limiter)} limits changed, ${String(found.unexpired)} expired keys accepted, ${String(found.order)} logs out of order, 0 crashes, in ${String(chosen.length)} jumps of 1 s to 30 days in both directions; the shim is ${isAtWork ? 'at work' : 'NOT AT WORK'}`,
    holds: found.limiter + found.unexpired + found.order === 0 && isAtWork,
  };
}

/** Each more than twice the one before: what the log has seen of that one must not have ended the next one's key. */
const BACK_S = [60, 300, HOUR_S, 3 * HOUR_S, 10 * HOUR_S, 23 * HOUR_S];

/** Sets the clock back while the program is off: what had expired by the former clock stays expired. */
async function acrossRestarts(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const control = join(work.directory, 'clock-shift');
  writeFileSync(control, '0');
  const team = await startTeamServer(work, program, {
    environment: { LD_PRELOAD: compileShim(work, 'shift-clock'), CLOCK_SHIFT: control },
  });
  const good = await team.newKey();
  let revived = 0;
  let wrong = 0;
  for (const backS of BACK_S.slice(0, rounds)) {
    const { secret } = await team.newKey({
      expiresAt: Date.now() + (backS * 1_000) / 2,
      noExpiryReason: null,
    });
    writeFileSync(control, String(backS));
    if ((await team.verify({ key: secret })).code !== 'EXPIRED') wrong += 1;
    await setTimeout(300);
    writeFileSync(control, '0');
    await team.restart('SIGKILL');
    while ((await team.call('system.status', {})).log.state !== 'ok') await setTimeout(20);
    if ((await team.verify({ key: secret })).code !== 'EXPIRED') revived += 1;
    if ((await team.verify({ key: good.secret })).code !== 'VALID') wrong += 1;
  }
  return {
    reached: `${String(revived)} of ${String(Math.min(rounds, BACK_S.length))} expired keys work again, ${String(wrong)} other wrong answers`,
    holds: revived + wrong === 0,
  };
}

const WALL_CLOCK: SourceFault = {
  file: 'src-main/platform/clock.ts',
  find: 'monotonicMs: () => performance.now() };',
  replace: 'monotonicMs: () => Date.now() };',
};

/** The clock of the machine, set while the program runs. */
export const cases: readonly ProveCase[] = [
  {
    id: 'C3',
    promise:
      'When the wall clock of a running server is set, limits do not notice, nothing un-expires and the log keeps its order',
    target: '12 of 12 jumps',
    tier: 'T1',
    isBeside: true,
    figure: (work) => jumps(work, work.program, Math.max(2, work.count(12))),
    controls: [
      { fault: 'limits go by the wall clock', run: (work) => jumps(work, work.patched([WALL_CLOCK]), 4) },
      {
        fault: 'time goes back with the wall clock',
        run: (work) =>
          jumps(
            work,
            work.patched([
              {
                file: 'src-main/platform/clock.ts',
                find: 'return Math.max(wallMs, least) as TimestampMs;',
                replace: 'return wallMs as TimestampMs;',
              },
            ]),
            4,
          ),
      },
    ],
  },
  {
    id: 'C3r',
    promise:
      'When the clock is set back by up to a day while the program is off, what had expired stays expired',
    target: '0 of 6 settings back, from a minute to 23 hours',
    tier: 'T1',
    isBeside: true,
    figure: (work) => acrossRestarts(work, work.program, Math.max(2, work.count(BACK_S.length))),
    controls: [
      {
        fault: 'the newest moment of the log is not asked for',
        run: (work) =>
          acrossRestarts(
            work,
            work.patched([
              {
                file: 'src-main/wire-requests.ts',
                find: '      told.newestMs = goOnFrom(services, parts);\n',
                replace: '',
              },
            ]),
            2,
          ),
      },
    ],
  },
];
