import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AuditEvent } from '#contract/audit.ts';
import { writeAnchor } from '#main/audit/audit-head.ts';
import { canonicalAudit, CHAIN_START, chainInput } from '#main/domain/audit-chain.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { writeFileAtomic } from '#main/platform/write-file-atomic.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { runCommand } from './run-command.ts';

/** The master secret of a test world. */
const MASTER = Buffer.alloc(32, 'test');
const EVENTS = 12;

let folder: string;
let world: TestWorld;
let lines: readonly string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-trail-'));
  world = createTestWorld();
  for (let number = 1; number <= EVENTS; number += 1) {
    await world.call('partners.create', {
      name: `Partner ${String(number)}`,
      tier: 'external',
      contactEmail: 'p@acme.example',
    });
    world.advance(1_000);
  }
  lines = (await world.call('audit.export', {})).content.split('\n').slice(0, -1);
});
beforeEach(() => {
  writeFileAtomic(join(folder, 'master.key'), `${MASTER.toString('base64')}\n`);
  const head = { count: EVENTS, hash: eventAt(EVENTS).hash };
  writeAnchor(join(folder, 'audit-head.json'), { head, broken: null, firstBad: null }, createKeyring(MASTER));
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true });
});

/** The export is newest first. */
const lineAt = (seq: number) => lines[EVENTS - seq] ?? '';
const eventAt = (seq: number) => JSON.parse(lineAt(seq)) as AuditEvent;

async function check(content: readonly string[], args: readonly string[] = ['--data', folder]) {
  const file = join(folder, 'trail.jsonl');
  writeFileSync(file, content.map((line) => `${line}\n`).join(''));
  const printed: string[] = [];
  const errors: string[] = [];
  const exitCode = await runCommand(['audit', 'verify', file, ...args], {
    environment: {},
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
  });
  return { exitCode, printed: printed.join('\n'), errors: errors.join('\n') };
}

const CHANGED = (seq: number) => ({ ...eventAt(seq), reason: 'changed' });
const without = (seq: number) => lines.filter((line) => line !== lineAt(seq));
const inPlace = (seq: number, line: string) => lines.map((one) => (one === lineAt(seq) ? line : one));

/** All from `seq` on, hashed again by somebody without the key. */
function rewritten(seq: number): readonly string[] {
  const forger = createKeyring(Buffer.alloc(32, 'forger'));
  let previous = seq === 1 ? CHAIN_START : eventAt(seq - 1).hash;
  const events = Array.from({ length: EVENTS }, (_, index) => eventAt(index + 1));
  return events.map((event) => {
    if (event.seq < seq) return JSON.stringify(event);
    const edited = event.seq === seq ? CHANGED(seq) : event;
    previous = forger.auditMac(chainInput(previous, canonicalAudit(edited))).toString('hex');
    return JSON.stringify({ ...edited, hash: previous });
  });
}

test('an export as it was written fits, newest or oldest event first', async () => {
  for (const content of [lines, lines.toReversed()]) {
    const found = await check(content);
    expect(found).toEqual({ exitCode: 0, printed: `All ${String(EVENTS)} events fit.`, errors: '' });
  }
});

test('wherever one event is edited, missing, swapped, put in or hashed again, the first broken event is named', async () => {
  for (let seq = 1; seq <= EVENTS; seq += 1) {
    const name = `First broken event: ${String(seq)}\n`;
    const tampered = [inPlace(seq, JSON.stringify(CHANGED(seq))), without(seq), rewritten(seq)];
    if (seq < EVENTS) {
      const swapped = lines.toSpliced(EVENTS - seq - 1, 2, lineAt(seq), lineAt(seq + 1));
      tampered.push(swapped);
    }
    for (const content of tampered) {
      const found = await check(content);
      expect({ ...found, printed: `${found.printed}\n` }).toMatchObject({
        exitCode: 1,
        printed: expect.stringContaining(name) as string,
      });
    }
    const twice = await check(lines.toSpliced(EVENTS - seq, 0, lineAt(seq)));
    expect(twice.exitCode).toBe(1);
  }
});

test('a line that reads well but is not what was signed counts as changed', async () => {
  const line = lineAt(5);
  for (const spoiled of [
    line.replace('{', '{"reason":"innocent",'),
    line.replace('{', '{"note":"new",'),
    line.replace('{', '{ '),
    line.replace('"actor":{', '"actor":{"role":"owner",'),
    line.slice(0, -2),
  ]) {
    const found = await check(inPlace(5, spoiled));
    expect(found.exitCode, spoiled).toBe(1);
    expect(found.printed).toContain(`Line ${String(EVENTS - 4)} `);
    expect(found.printed).toContain('First broken event: 5');
  }
});

test('events cut off at the end show by the head; without one it says that it cannot tell', async () => {
  const cut = lines.slice(3);
  const found = await check(cut);
  expect(found.exitCode).toBe(1);
  expect(found.printed).toContain(`First broken event: ${String(EVENTS - 2)}`);
  expect(found.printed).toContain('--head COUNT:HASH');
  const key = ['--key', join(folder, 'master.key')];
  const unanchored = await check(cut, key);
  expect(unanchored.exitCode).toBe(0);
  expect(unanchored.printed).toContain('Not checked:\n  Whether events are missing at the end');
  const noted = `${String(EVENTS - 3)}:${eventAt(EVENTS - 3).hash}`;
  expect(await check(cut, [...key, '--head', noted])).toMatchObject({ exitCode: 0, errors: '' });
  expect((await check(lines, [...key, '--head', noted])).exitCode).toBe(1);
});

test('a part of the trail is checked as one when it is asked for, and says what it cannot tell', async () => {
  const part = lines.slice(0, 5);
  const from = String(EVENTS - 4);
  expect((await check(part)).printed).toContain('First broken event: 1\n');
  const found = await check(part, ['--data', folder, '--from', from]);
  expect(found.exitCode).toBe(0);
  expect(found.printed).toContain(`What event ${from} says`);
  expect((await check(part.slice(0, -1), ['--data', folder, '--from', from])).exitCode).toBe(1);
});

test('a break that the program had found is told again', async () => {
  const head = { count: EVENTS, hash: eventAt(EVENTS).hash };
  const anchor = { head, broken: 'Event 3 was changed.', firstBad: 3 };
  writeAnchor(join(folder, 'audit-head.json'), anchor, createKeyring(MASTER));
  const found = await check(lines);
  expect(found).toMatchObject({ exitCode: 1, printed: 'Event 3 was changed.\nFirst broken event: 3' });
});

test('without the key, with a foreign one or another kind of file it is bad usage and says what is needed', async () => {
  expect(await check(lines, [])).toMatchObject({ exitCode: 2, printed: '' });
  expect((await check(lines, [])).errors).toContain('master.key with --key FILE');
  const foreign = join(folder, 'foreign.key');
  writeFileAtomic(foreign, `${Buffer.alloc(32, 'foreign').toString('base64')}\n`);
  const found = await check(lines, ['--key', foreign]);
  expect(found.exitCode).toBe(1);
  expect(found.printed).toContain('the key of another installation');
  const headOfAnother = ['--key', foreign, '--head', join(folder, 'audit-head.json')];
  expect(await check(lines, headOfAnother)).toMatchObject({ exitCode: 2 });
  expect(await check(['seq,at'])).toMatchObject({ exitCode: 2 });
  expect(await check([], ['--key', foreign])).toMatchObject({ exitCode: 2 });
  expect(await check(lines, ['--data', folder, '--from', '0'])).toMatchObject({ exitCode: 2 });
});

test('the finding comes as JSON too', async () => {
  const found = await check(without(4), ['--data', folder, '--json']);
  expect(JSON.parse(found.printed)).toMatchObject({ ok: false, checked: 3, firstBad: 4, endsEarly: false });
});
