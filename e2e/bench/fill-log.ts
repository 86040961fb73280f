import { setTimeout as wait } from 'node:timers/promises';
import type { CaseOptions } from './cases/case.ts';
import type { Latchkey } from './latchkey.ts';
import { runLoad } from './load.ts';

const WAIT_MS = 500;

/** Fills the request log with at least `rows` real decisions and waits until they are in its file; how many there are. */
export async function fillLog(
  { server, call, loads }: Latchkey,
  rows: number,
  { connections, isSmoke, say }: CaseOptions,
): Promise<number> {
  for (;;) {
    const { log } = await call('system.status', {});
    if (log.rowCount >= rows && log.queuedRows === 0) return log.rowCount;
    if (log.rowCount + log.queuedRows < rows) {
      say(`  filling the log: ${log.rowCount.toLocaleString('en')} rows`);
      await runLoad(loads.valid, { connections, seconds: isSmoke ? 1 : 10, pids: [server.pid] });
    } else await wait(WAIT_MS);
  }
}
