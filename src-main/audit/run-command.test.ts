import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Announcement } from '#contract/events.ts';
import { timestampMs } from '#contract/ids.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { createLogger } from '#main/platform/logger.ts';
import { type KeysDatabase, openKeysDatabase } from '#main/sqlite/keys-database.ts';
import { AuditAnchor } from './audit-anchor.ts';
import { readAnchor } from './audit-head.ts';
import { checkTrail } from './check-trail.ts';
import { exportAudit } from './export-audit.ts';
import { listAudit } from './list-audit.ts';
import { createRunCommand } from './run-command.ts';
import { verifyAudit } from './verify-audit.ts';

const keyring = createKeyring(Buffer.alloc(32, 1));
const logger = createLogger({ write: () => undefined });
const actor = { kind: 'token', id: 'tok_1', name: 'CI' } as const;
const nowMs = timestampMs.parse(1_795_000_000_000);

let db: KeysDatabase;
let path: string;
let anchor: AuditAnchor;
let announced: Announcement[];
let hasBallast: boolean;
let context: UseCaseContext;

beforeEach(() => {
  db = openKeysDatabase(':memory:');
  path = join(mkdtempSync(join(tmpdir(), 'latchkey-audit-')), 'audit-head.json');
  announced = [];
  hasBallast = false;
  startAnchor();
  const command = createRunCommand(
    {
      db: () => db,
      keyring,
      anchor: (head) => {
        anchor.advance(head);
      },
      announce: (announcement) => void announced.push(announcement),
      freeBallast: () => {
        if (hasBallast) db.handle.pragma('max_page_count = 1000000');
        return hasBallast;
      },
      onDiskError: () => undefined,
    },
    { actor, nowMs },
  );
  context = { db, keyring, nowMs, actor, role: 'owner', command };
});

function startAnchor(): void {
  anchor = new AuditAnchor({ path, keyring, logger });
  anchor.start(db.audit);
}

function outcome(action: string, size = 1): CommandOutcome<string> {
  db.settings.put('helpContact', JSON.stringify('x'.repeat(size)));
  return {
    value: 'done',
    audit: {
      action,
      subject: { kind: 'setting', id: 'helpContact', name: '=1+1' },
      before: { helpContact: null, nothing: undefined },
      after: { helpContact: 'x'.repeat(size) },
    },
    changed: ['settings'],
  };
}

const run = (action = 'settings.update', size = 1) => context.command(() => outcome(action, size));
const verify = () => verifyAudit(context, anchor.anchor);

describe('a command', () => {
  it('leaves exactly one audit event, chained to the one before, and announces after the commit', () => {
    for (let n = 0; n < 3; n += 1) expect(run()).toBe('done');
    expect(db.audit.total()).toBe(3);
    expect(db.audit.last()).toMatchObject({ seq: 3, at: nowMs, actor, before: { helpContact: null } });
    expect(verify()).toMatchObject({ ok: true, checked: 3, head: { count: 3 } });
    expect(announced).toEqual(Array(3).fill({ kind: 'changed', subjects: ['settings', 'audit'] }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('changes nothing and announces nothing when its work throws', () => {
    run();
    const head = anchor.anchor.head;
    expect(() =>
      context.command(() => {
        outcome('settings.update', 500);
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(db.audit.total()).toBe(1);
    expect(db.settings.list()).toEqual([{ name: 'helpContact', value: '"x"' }]);
    expect(anchor.anchor.head).toEqual(head);
    expect(announced).toHaveLength(1);
  });

  it('is undone when its audit event cannot be written', () => {
    db.handle.exec(
      "CREATE TRIGGER no_audit BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    expect(() => run()).toThrow();
    expect(db.settings.list()).toEqual([]);
  });

  const fillDisk = () =>
    db.handle.pragma(`max_page_count = ${String(db.handle.pragma('page_count', { simple: true }))}`);

  it('that takes access away works on a full disk through the ballast; others are refused and leave it alone', () => {
    hasBallast = true;
    run();
    fillDisk();
    expect(() => run('keys.create', 20_000)).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
    expect(db.audit.total()).toBe(1);
    expect(
      context.command(() => ({ ...outcome('keys.revoke', 1), audit: { ...bigAudit('keys.revoke') } })),
    ).toBe('done');
    expect(db.audit.last()?.action).toBe('keys.revoke');
    expect(verify().ok).toBe(true);
  });

  it.each(['keys.revoke', 'keys.suspend', 'keys.endOverlap', 'tokens.revoke'])(
    'named %s takes access away: it works on a full disk through the ballast',
    (action) => {
      hasBallast = true;
      fillDisk();
      expect(context.command(() => ({ ...outcome(action), audit: bigAudit(action) }))).toBe('done');
      expect(db.audit.last()?.action).toBe(action);
    },
  );

  it('that takes access away is refused on a full disk without a ballast', () => {
    fillDisk();
    expect(() =>
      context.command(() => ({ ...outcome('keys.revoke'), audit: bigAudit('keys.revoke') })),
    ).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
  });

  function bigAudit(action: string) {
    return {
      action,
      subject: { kind: 'key', id: 'k', name: 'k' } as const,
      after: { note: 'y'.repeat(20_000) },
    };
  }
});

describe('the audit head', () => {
  it('follows a table that is ahead by its last event, as after a crash', () => {
    run();
    const behind = { ...anchor.anchor };
    run();
    anchor.replace(behind.head);
    startAnchor();
    expect(anchor.anchor).toMatchObject({ head: { count: 2 }, broken: null });
    expect(verify().ok).toBe(true);
  });

  it('may be missing after the very first event only', () => {
    run();
    rmSync(path);
    startAnchor();
    expect(anchor.anchor.broken).toBeNull();
    run();
    rmSync(path);
    startAnchor();
    expect(anchor.anchor.broken).toMatch(/missing/);
    expect(verify().ok).toBe(false);
  });

  it.each<[string, () => void]>([
    ['cut off', () => db.handle.exec('DELETE FROM audit_events WHERE seq > 3')],
    ['emptied', () => db.handle.exec('DELETE FROM audit_events')],
    ['given back as it was two events ago', () => db.handle.exec('DELETE FROM audit_events WHERE seq >= 4')],
    [
      'continued by somebody else',
      () =>
        db.handle.exec(
          'INSERT INTO audit_events SELECT 6, at_ms, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name, before, after, reason, zeroblob(32) FROM audit_events WHERE seq = 5',
        ),
    ],
  ])('tells of a trail that was %s, also after the next command and the next start', (_name, tamper) => {
    for (let n = 0; n < 5; n += 1) run();
    tamper();
    expect(verify().ok).toBe(false);
    startAnchor();
    expect(anchor.anchor.broken).not.toBeNull();
    run();
    expect(verify()).toMatchObject({ ok: false, detail: expect.any(String) as string });
    startAnchor();
    expect(anchor.anchor.broken).not.toBeNull();
    expect(verify().ok).toBe(false);
  });

  const sql = (text: string) => () => void db.handle.exec(text);
  const FORGED = (seq: number) =>
    `INSERT INTO audit_events SELECT ${String(seq)}, at_ms, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name, before, after, reason, zeroblob(32) FROM audit_events WHERE seq = 5`;

  it.each<[string, () => void, number]>([
    ['cut off', sql('DELETE FROM audit_events WHERE seq > 3'), 4],
    ['emptied', sql('DELETE FROM audit_events'), 1],
    ['edited at its end', sql("UPDATE audit_events SET reason = 'x' WHERE seq = 5"), 5],
    ['given another hash at its end', sql('UPDATE audit_events SET hash = zeroblob(32) WHERE seq = 5'), 5],
    ['edited everywhere', sql("UPDATE audit_events SET reason = 'x'"), 1],
    ['continued by somebody else', sql(FORGED(6)), 6],
    ['continued far away by somebody else', sql(FORGED(90)), 6],
    ['robbed of a middle event', sql('DELETE FROM audit_events WHERE seq = 2'), 2],
  ])('names the first bad event of a trail that was %s, whatever is appended later', (_name, tamper, bad) => {
    for (let n = 0; n < 5; n += 1) run();
    tamper();
    for (let start = 0; start < 3; start += 1) {
      startAnchor();
      expect(anchor.anchor.broken).not.toBeNull();
      expect(verify()).toMatchObject({ ok: false, firstBad: bad });
      run();
      run();
      expect(verify()).toMatchObject({ ok: false, firstBad: bad });
    }
  });

  const check = (options: { isStopped?: () => boolean } = {}) =>
    checkTrail({
      anchor,
      keyring,
      audit: () => db.audit,
      isStopped: () => false,
      sliceEvents: 3,
      ...options,
    });

  it('is marked by the check of the whole trail at an edit in the middle, and stays so', async () => {
    for (let n = 0; n < 10; n += 1) run();
    expect(await check()).toBe(false);
    db.handle.exec("UPDATE audit_events SET reason = 'x' WHERE seq IN (5, 8)");
    startAnchor();
    expect(anchor.anchor.broken).toBeNull();
    expect(await check()).toBe(true);
    expect(anchor.anchor).toMatchObject({
      broken: expect.stringContaining('Event 5') as string,
      firstBad: 5,
    });
    run();
    startAnchor();
    expect(anchor.anchor.firstBad).toBe(5);
    expect(verify()).toMatchObject({ ok: false, firstBad: 5 });
  });

  it('is left alone by a check during which commands append or a restore replaces the trail', async () => {
    for (let n = 0; n < 10; n += 1) run();
    let turns = 0;
    const isStopped = () => {
      turns += 1;
      if (turns === 2) run();
      if (turns === 3) {
        db.handle.exec('DELETE FROM audit_events WHERE seq > 4');
        anchor.replace({ count: 4, hash: db.audit.last()?.hash ?? '' });
      }
      return false;
    };
    expect(await check({ isStopped })).toBe(false);
    expect(turns).toBeGreaterThan(3);
    expect(anchor.anchor.broken).toBeNull();
  });

  it.each(['', '{}', '{"count":5}', 'x'])('takes a head file that holds %j for a forgery', (text) => {
    for (let n = 0; n < 5; n += 1) run();
    writeFileSync(path, text);
    startAnchor();
    expect(verify().ok).toBe(false);
  });

  it('is written again, on the next retry, when the disk had refused it', () => {
    run();
    // Nothing can be written under that name while a folder has it.
    mkdirSync(`${path}.tmp`);
    run();
    expect(anchor.isBehind).toBe(true);
    expect(verify().ok).toBe(true);
    anchor.retry();
    expect(anchor.isBehind).toBe(true);
    rmdirSync(`${path}.tmp`);
    anchor.retry();
    expect(anchor.isBehind).toBe(false);
    expect(readAnchor(path, keyring)).toMatchObject({ kind: 'anchor', head: { count: 2 } });
  });
});

it('any edited, removed or swapped event is found', () => {
  for (let n = 0; n < 12; n += 1) run('settings.update', n + 1);
  const save = db.handle.serialize();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('action', 'actor_id', 'at_ms', 'hash', 'gone', 'after'),
      (seq, what) => {
        db.handle.exec('SAVEPOINT tamper');
        if (what === 'gone') db.handle.prepare('DELETE FROM audit_events WHERE seq = ?').run(seq);
        else if (what === 'hash')
          db.handle.prepare('UPDATE audit_events SET hash = randomblob(32) WHERE seq = ?').run(seq);
        else if (what === 'at_ms')
          db.handle.prepare('UPDATE audit_events SET at_ms = at_ms + 1 WHERE seq = ?').run(seq);
        else if (what === 'after')
          db.handle.prepare('UPDATE audit_events SET after = NULL WHERE seq = ?').run(seq);
        else db.handle.prepare(`UPDATE audit_events SET ${what} = 'x' WHERE seq = ?`).run(seq);
        const found = verify();
        db.handle.exec('ROLLBACK TO tamper; RELEASE tamper');
        expect(found.ok).toBe(false);
        expect(found.firstBad).toBe(seq);
      },
    ),
    { numRuns: 200 },
  );
  expect(db.handle.serialize().equals(save)).toBe(true);
});

it('lists the trail newest first, page by page, without gaps or repeats', () => {
  for (let n = 0; n < 7; n += 1) run();
  const seqs: number[] = [];
  let cursor: string | undefined;
  do {
    const page = listAudit(context, { filter: {}, limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.total).toBe(7);
    seqs.push(...page.items.map((event) => event.seq));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seqs).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(listAudit(context, { filter: { actorId: 'other' }, limit: 3 }).items).toEqual([]);
  expect(
    listAudit(context, { filter: { subjectKind: 'setting', subjectId: 'helpContact' }, limit: 100 }).items,
  ).toHaveLength(7);
  expect(() => listAudit(context, { filter: {}, limit: 3, cursor: 'nonsense' })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }),
  );
});

it('exports the trail as JSON lines and as CSV in which no cell is a formula', () => {
  run();
  const lines = exportAudit(context, { filter: {}, format: 'jsonl' });
  expect(JSON.parse(lines.content)).toEqual(db.audit.last());
  const csv = exportAudit(context, { filter: {}, format: 'csv' });
  expect(csv).toMatchObject({ rowCount: 1, truncated: false, fileName: 'latchkey-audit-2026-11-18.csv' });
  expect(csv.content).toContain(`"'=1+1"`);
});
