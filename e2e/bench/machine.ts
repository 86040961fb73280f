import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '#main/platform/error-code.ts';

/** Core of the servers and core of the load, where there is a `taskset` and more than one core. */
export const SERVER_CORE = '0';
export const LOAD_CORE = '1';
/** Linux counts processor time in ticks of 10 ms (USER_HZ, proc_pid_stat(5)). */
const MS_PER_TICK = 10;
/** Share of one core that other programs may use while a round starts, and during one that counts. */
const QUIET_SHARE = 0.06;
const QUIET_WAIT_MS_MAX = 20_000;
const FOREIGN_SHARE_MAX = 0.1;

const isLinux = process.platform === 'linux';

/** Is there a second core and a way to keep load and server apart? */
export const canPin =
  isLinux && cpus().length > 1 && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;

/** Is a program of this name on PATH? */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

/** What the figures were measured on. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    pinned: canPin,
    generator: hasProgram('wrk') ? 'wrk' : 'autocannon',
    noise: noise.isIgnored ? 'ignored: other work ran beside' : 'waited for, noisy rounds repeated',
  };
}

/** Processor time that a process has used so far, ms, all threads; 0 when it is gone or the system does not tell. */
export function processorMs(pid: number): number {
  const stat = readProcFile(`/proc/${String(pid)}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime and stime: fields 14 and 15, counted from 1; the slice starts at field 3.
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
}

/** Resident memory of a process, bytes; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readProcFile(`/proc/${String(pid)}/status`));
  return Number(line?.[1] ?? 0) * 1024;
}

/** Processor time of the whole machine that was not idle, stolen time included, ms since boot. */
export function machineBusyMs(): number {
  if (!isLinux) return 0;
  const [, user, nice, system, , , irq, softIrq, steal] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .map(Number);
  const busy = [user, nice, system, irq, softIrq, steal].reduce<number>(
    (sum, ticks) => sum + (ticks ?? 0),
    0,
  );
  return busy * MS_PER_TICK;
}

const noise = { isIgnored: !isLinux };

/** From now on nothing waits for a quiet machine and no round is repeated: for a run that only proves that it runs, and for machines
 *  that are never quiet. `describeMachine` says so. */
export function ignoreNoise(): void {
  noise.isIgnored = true;
}

/** Is a round with this much foreign load to be measured again? */
export function isTooNoisy(foreignShare: number): boolean {
  return !noise.isIgnored && foreignShare > FOREIGN_SHARE_MAX;
}

/** Waits until other programs leave the machine alone, at most 20 s. */
export async function waitForQuiet(): Promise<void> {
  if (noise.isIgnored) return;
  const giveUpAt = performance.now() + QUIET_WAIT_MS_MAX;
  for (;;) {
    const [busy, at] = [machineBusyMs(), performance.now()];
    await wait(500);
    const share = (machineBusyMs() - busy) / (performance.now() - at);
    if (share < QUIET_SHARE || performance.now() > giveUpAt) return;
  }
}

/** A file of Linux about a process; empty where there is none, and of a process that is gone. */
export function readProcFile(path: string): string {
  if (!isLinux) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // A process that ended between two looks.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return '';
    throw error;
  }
}
