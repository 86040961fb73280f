import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fingerprints } from '#main/wire-store.test-support.ts';
import type { SeededTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { newKey } from '../key-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { smallDisk } from '../small-disk.ts';
import { NotStartedError, startProgram, type RunningProgram } from '../start-program.ts';
import { keepConnections } from '../whole-answer.ts';
import { startOnFaultyDisk } from '../worlds/faulty-server.ts';

const VERIFICATIONS = 200;
const RECOVERED_MS_MAX = 10_000;

/** Everything that writes fails with EROFS under a running program, then everything works again: without a restart. */
async function whileRunning(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const { disk, start, server, seed } = await startOnFaultyDisk(work, program);
  await server.call('settings.update', { shedLagMs: 0, failuresMax: 0 });
  const bad: string[] = [];
  const codes: Record<string, number> = {};
  let slowestMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const fresh = await server.call('keys.create', newKey(seed, `To be revoked ${String(round)}`));
    const before = (await server.call('system.status', {})).store;
    disk.plant({ path: start.data, kinds: ['write', 'sync', 'truncate', 'open'], error: 'EROFS' });
    const refuse = async (answer: ReturnType<typeof server.ask>, what: string): Promise<void> => {
      const { status, reply } = await answer;
      if (reply.ok || status !== 503) bad.push(`${what} gave ${String(status)}`);
    };
    // Every second time the revocation itself is what meets the disk.
    if (round % 2 === 0)
      await refuse(server.ask('keys.create', newKey(seed, `Round ${String(round)}`)), 'create');
    await refuse(server.ask('keys.revoke', { keyId: fresh.key.keyId, reason: 'leaked' }), 'revoke');
    await refuse(server.ask('settings.update', { helpContact: 'lost@example.com' }), 'settings');
    const tally = await verifyBoth(server, seed, fresh.secret ?? '', bad);
    for (const [code, count] of Object.entries(tally)) codes[code] = (codes[code] ?? 0) + count;
    bad.push(...(await untold(server)));
    if (disk.counts().failed === 0) bad.push('nothing was written, so nothing failed');
    disk.heal();
    const healedAt = performance.now();
    while (!(await isRecovered(server, `r${String(round)}@example.com`))) {
      await setTimeout(50);
      if (performance.now() - healedAt < RECOVERED_MS_MAX) continue;
      return { reached: `it did not recover; ${bad.join(', ')}`, holds: false };
    }
    slowestMs = Math.max(slowestMs, performance.now() - healedAt);
    const after = (await server.call('system.status', {})).store;
    const trail = await server.call('audit.verify', {});
    if (after.keyCount !== before.keyCount) bad.push('there are other keys than before');
    if (after.auditCount < before.auditCount || !trail.ok) bad.push('the audit trail is not whole');
    // Still refused, though not in the store: until somebody does it again.
    await verifyBoth(server, seed, fresh.secret ?? '', bad, 2);
    await server.call('keys.revoke', { keyId: fresh.key.keyId, reason: 'leaked' });
    await verifyBoth(server, seed, fresh.secret ?? '', bad, 2);
  }
  const { warnings } = await server.call('system.status', {});
  if (warnings.some(({ code }) => code === 'KEYS_WITHHELD')) bad.push('still withheld');
  const shown = Object.entries(codes).map(([code, count]) => `${code} ${String(count)}`);
  return {
    reached: `${String(rounds)} rounds; changes 503; verifications ${shown.join(', ')}; all as before ${String(Math.round(slowestMs))} ms after the disk was writable at the latest; ${String(bad.length)} wrong${bad.length > 0 ? `: ${String(bad[0])}` : ''}`,
    holds: bad.length === 0,
  };
}

/** A good key and one that was revoked, in turn: what was answered how often. */
async function verifyBoth(
  server: RunningProgram,
  seed: SeededTrade,
  revoked: string,
  bad: string[],
  verifications = VERIFICATIONS,
): Promise<Readonly<Record<string, number>>> {
  const codes: Record<string, number> = {};
  const connections = keepConnections(2);
  for (let number = 0; number < verifications; number += 1) {
    const isRevoked = number % 2 === 0;
    const body = { key: isRevoked ? revoked : seed.secret, method: 'GET', path: '/inventory/1' };
    const answer = await connections.post(`${server.service}/v1/verify`, seed.serviceToken, body);
    const { code = 'none' } = (answer?.body ?? {}) as { code?: string };
    codes[code] = (codes[code] ?? 0) + 1;
    if (code !== (isRevoked ? 'REVOKED' : 'VALID'))
      bad.push(`a ${isRevoked ? 'revoked' : 'good'} key is ${code}`);
  }
  connections.close();
  return codes;
}

/** What the status does not tell of the disk and of what is held back. */
async function untold(server: RunningProgram): Promise<readonly string[]> {
  const { reply } = await server.ask('system.status', {});
  const told = reply.ok ? reply.data.warnings.map(({ code }) => code) : [];
  return ['DISK_READ_ONLY', 'KEYS_WITHHELD']
    .filter((code) => !told.includes(code))
    .map((code) => `no ${code}`);
}

/** Takes it changes again, and does the log tell that all of it is kept? */
async function isRecovered(server: RunningProgram, helpContact: string): Promise<boolean> {
  const { reply } = await server.ask('settings.update', { helpContact });
  if (!reply.ok) return false;
  const status = (await server.ask('system.status', {})).reply;
  return status.ok && status.data.log.state === 'ok' && status.data.log.queuedRows === 0;
}

/** Starts on a file system that is read-only. */
async function atStart(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const disk = smallDisk(work, 120);
  const start = { program, data: join(disk.path, 'data'), adminToken: newAdminToken() };
  let refused = 0;
  let changed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const server = await startProgram(work, start);
    await server.call('settings.update', { helpContact: `r${String(round)}@example.com` });
    await server.end(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
    const before = JSON.stringify(fingerprints(start.data));
    disk.setReadOnly(true);
    const error: unknown = await startProgram(work, start).catch((thrown: unknown) => thrown);
    if (error instanceof NotStartedError && error.exitCode === 2 && error.complaints.includes('EROFS'))
      refused += 1;
    if (JSON.stringify(fingerprints(start.data)) !== before) changed += 1;
    disk.setReadOnly(false);
  }
  return {
    reached: `${String(refused)} of ${String(rounds)} starts refused with a sentence, ${String(changed)} changed`,
    holds: refused === rounds && changed === 0,
  };
}

const REVOKED_ONLY_ON_DISK: SourceFault = {
  file: 'src-main/verify/withheld-keys.ts',
  find: 'if (row === null || this.#keys.size === 0) return row;',
  replace: 'if (row !== null) return row;',
};

const SAYS_NOTHING: SourceFault = {
  file: 'src-main/platform/data-directory.ts',
  find: 'cannot be used (${errorCode(error)}).',
  replace: 'cannot be used.',
};

const CLOSED_FOR_GOOD: SourceFault = {
  file: 'src-main/disk-recovery.ts',
  find: 'if (this.#options.isReadOnly()) this.#waitUntilWritable();\n    else this.#reopenSoon();',
  replace: 'this.#reopenSoon();',
};

/** Disks that may be read only. */
export const cases: readonly ProveCase[] = [
  {
    id: 'D3',
    promise:
      'When the disk becomes read-only under the running program, verification goes on, changes are refused with 503, what is revoked is refused from then on, it is told, and all goes on by itself when the disk can be written',
    target: '20 of 20 rounds, 0 wrong',
    tier: 'T1',
    isBeside: true,
    figure: (work) => whileRunning(work, work.program, work.count(20)),
    controls: [
      {
        fault: 'a revocation holds only when the disk has it',
        run: (work) => whileRunning(work, work.patched([REVOKED_ONLY_ON_DISK]), 1),
      },
      {
        fault: 'the store is closed on a read-only disk',
        run: (work) => whileRunning(work, work.patched([CLOSED_FOR_GOOD]), 1),
      },
    ],
  },
  {
    id: 'D3b',
    promise: 'On a read-only file system it does not start, says why and changes nothing',
    target: '20 of 20',
    tier: 'T1',
    isBeside: true,
    figure: (work) => atStart(work, work.program, work.count(20)),
    controls: [
      {
        fault: 'another reason is told',
        run: (work) => atStart(work, work.patched([SAYS_NOTHING]), 1),
      },
    ],
  },
];
