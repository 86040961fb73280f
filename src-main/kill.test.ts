import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { verifyAudit } from './audit/verify-audit.ts';
import { newDataPath, startTestStore } from './wire-store.test-support.ts';

const ROUNDS = 6;

it('every command that was acknowledged before a kill is there afterwards, with its audit event and a head that fits', async () => {
  const path = newDataPath();
  const script = `
    import { renameSetting, startTestStore } from '#main/wire-store.test-support.ts';
    const store = await startTestStore(process.argv[1]);
    process.send(store.wired.store.db.audit.total());
    const next = () => {
      renameSetting(store, 'x@example.com');
      process.send(store.wired.store.db.audit.total(), next);
    };
    next();`;
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const acknowledged = await new Promise<number>((resolve) => {
      let last = -1;
      child.on('message', (count) => {
        if (last === -1) setTimeout(() => child.kill('SIGKILL'), 5 + round * 17);
        last = Number(count);
      });
      child.on('exit', () => {
        resolve(last);
      });
    });
    expect(acknowledged).toBeGreaterThanOrEqual(0);
    const store = await startTestStore(path);
    const total = store.wired.store.db.audit.total();
    // One that was committed but not yet acknowledged may be there too.
    expect([acknowledged, acknowledged + 1]).toContain(total);
    expect(store.wired.anchor.anchor.broken).toBeNull();
    expect(verifyAudit(store.owner(), store.wired.anchor.anchor)).toMatchObject({ ok: true, checked: total });
    store.stop();
  }
}, 60_000);
