import { join } from 'node:path';
import { fingerprints } from '#main/wire-store.test-support.ts';
import { seedTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { newKey } from '../key-load.ts';
import { faultyDisk } from '../native-shim.ts';
import type { Program, SourceFault } from '../program.ts';
import { smallDisk } from '../small-disk.ts';
import { NotStartedError, startProgram } from '../start-program.ts';
import { keepConnections } from '../whole-answer.ts';

const VERIFICATIONS = 200;

/** Everything that writes fails with EROFS under a running program, then everything works again and the program is started anew. */
async function whileRunning(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const disk = faultyDisk(work);
  const data = join(work.directory, 'data');
  const start = { program, data, adminToken: newAdminToken(), environment: disk.environment };
  let server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  const bad: string[] = [];
  const codes: Record<string, number> = {};
  const { key, secret } = await server.call('keys.create', newKey(seed, 'Revoked'));
  await server.call('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
  for (let round = 0; round < rounds; round += 1) {
    const before = (await server.call('system.status', {})).store;
    disk.plant({ path: data, kinds: ['write', 'sync', 'truncate', 'open'], error: 'EROFS' });
    const refusal = await server.ask('keys.create', newKey(seed, `Round ${String(round)}`));
    if (refusal.reply.ok || refusal.status !== 503) bad.push(`create gave ${String(refusal.status)}`);
    const connections = keepConnections(2);
    for (let number = 0; number < VERIFICATIONS; number += 1) {
      const isRevoked = number % 2 === 0;
      const body = { key: isRevoked ? secret : seed.secret, method: 'GET', path: '/inventory/1' };
      const answer = await connections.post(`${server.service}/v1/verify`, seed.serviceToken, body);
      const { code = 'none' } = (answer?.body ?? {}) as { code?: string };
      codes[code] = (codes[code] ?? 0) + 1;
      const isRight = answer?.status === 503 || code === (isRevoked ? 'REVOKED' : 'VALID');
      if (!isRight) bad.push(`a ${isRevoked ? 'revoked' : 'good'} key is ${code}`);
    }
    connections.close();
    if (disk.counts().failed === 0) bad.push('nothing was written, so nothing failed');
    disk.heal();
    await server.end('SIGKILL');
    server = await startProgram(work, start);
    const after = (await server.call('system.status', {})).store;
    const trail = await server.call('audit.verify', {});
    if (after.keyCount !== before.keyCount && refusal.reply.ok) bad.push('the key is gone');
    if (after.auditCount < before.auditCount || !trail.ok) bad.push('something is lost after the restart');
  }
  const shown = Object.entries(codes).map(([code, count]) => `${code} ${String(count)}`);
  return {
    reached: `${String(rounds)} rounds; changes 503; verifications ${shown.join(', ')}; ${String(bad.length)} wrong${bad.length > 0 ? `: ${String(bad[0])}` : ''}`,
    holds: bad.length === 0,
  };
}

/** Starts on a file system that is read-only. */
async function atStart(work: Workbench, rounds: number): Promise<Figure> {
  const disk = smallDisk(work, 120);
  const start = { program: work.program, data: join(disk.path, 'data'), adminToken: newAdminToken() };
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

const OPENS_FAIL_AS_GRANTS: SourceFault = {
  file: 'src-main/audit/run-command.ts',
  find: '    noticeDiskError(options, error);\n    if (errorCode(error)',
  replace:
    "    if (action !== '') return { outcome: { value: { key: {}, secret: '' }, audit: { action }, changed: [] } as never, head: options.db().audit.last() as never };\n    if (errorCode(error)",
};

/** Disks that may be read only. */
export const cases: readonly ProveCase[] = [
  {
    id: 'D3',
    promise:
      'When the disk becomes read-only under the running program, changes are refused with 503 and no verification is answered wrongly; nothing is lost after a restart',
    target: '20 of 20 rounds, 0 wrong',
    tier: 'T1',
    figure: (work) => whileRunning(work, work.program, work.count(20)),
    controls: [
      {
        fault: 'a failed commit is answered as done',
        run: (work) => whileRunning(work, work.patched([OPENS_FAIL_AS_GRANTS]), 1),
      },
    ],
  },
  {
    id: 'D3b',
    promise: 'On a read-only file system it does not start, says why and changes nothing',
    target: '20 of 20',
    tier: 'T1',
    figure: (work) => atStart(work, work.count(20)),
    controls: [],
    whyNoControl: 'the file system itself refuses every write',
  },
];
