import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '#contract/audit.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { openPolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

/** Of a test world. */
const MASTER = Buffer.alloc(32, 'test');
const CLASSES = ['edit', 'delete', 'swap', 'insert', 'truncate', 'rewrite'] as const;
const EVENTS = 60;

type Check = typeof import('#main/cli/check-export.ts');
type Chain = typeof import('#main/domain/audit-chain.ts');
type Rings = typeof import('#main/platform/keyring.ts');

/** A trail as it is exported, and how to check and forge it. */
async function trailOf(work: Workbench, program: Program) {
  const world = await openPolicyWorld(work, program);
  while (world.admin.db.audit.total() < EVENTS) {
    const { keyId } = await world.newKey();
    await world.admin.call('keys.suspend', { keyId, reason: 'Unpaid' });
  }
  const { content } = await world.admin.call('audit.export', {});
  const events = content
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent)
    .reverse();
  const { checkExport } = await program.load<Check>('src-main/cli/check-export.ts');
  const { createKeyring } = await program.load<Rings>('src-main/platform/keyring.ts');
  const chain = await program.load<Chain>('src-main/domain/audit-chain.ts');
  const macOf = (secret: Uint8Array) => {
    const ring = createKeyring(secret);
    return (text: string) => ring.auditMac(text).toString('hex');
  };
  const last = events.at(-1);
  const head = { count: events.length, hash: last?.hash ?? '' };
  const mac = macOf(MASTER);
  const forgerMac = macOf(Buffer.alloc(32, 'forger'));
  return {
    events,
    firstBad: (lines: readonly AuditEvent[]) =>
      checkExport({ text: lines.map((event) => JSON.stringify(event)).join('\n'), mac, fromSeq: 1, head })
        .firstBad,
    rehash: (from: number, edited: readonly AuditEvent[]) => {
      let previous = from === 0 ? chain.CHAIN_START : (edited[from - 1]?.hash ?? '');
      return edited.map((event, index) => {
        if (index < from) return event;
        previous = forgerMac(chain.chainInput(previous, chain.canonicalAudit(event)));
        return { ...event, hash: previous };
      });
    },
  };
}

type Trail = Awaited<ReturnType<typeof trailOf>>;

async function tampered(work: Workbench, program: Program, each: number): Promise<Figure> {
  const trail = await trailOf(work, program);
  const random = seededRandom(6);
  const untouched = trail.firstBad(trail.events);
  const found = CLASSES.map((kind) => {
    let seen = 0;
    for (let round = 0; round < each; round += 1) {
      const { lines, at } = tamper(trail, kind, random);
      if (trail.firstBad(lines) === at + 1) seen += 1;
    }
    return { kind, seen };
  });
  return {
    reached: `${found.map(({ kind, seen }) => `${kind} ${String(seen)}`).join(', ')} of ${each.toLocaleString('en')} each, with the right first event; untouched: ${untouched === null ? 'fits' : 'DOES NOT FIT'}`,
    holds: untouched === null && found.every(({ seen }) => seen === each),
  };
}

/** The forged trail and the index of the first event that is not as it was. */
function tamper(
  { events, rehash }: Trail,
  kind: (typeof CLASSES)[number],
  random: Random,
): { lines: readonly AuditEvent[]; at: number } {
  const at = random.below(events.length - 1);
  const one = must(events[at]);
  const edited = events.with(
    at,
    random.pick([
      { ...one, reason: 'changed' },
      { ...one, at: (one.at + 1) as AuditEvent['at'] },
      { ...one, actor: { ...one.actor, name: `${one.actor.name}x` } },
      { ...one, subject: { ...one.subject, id: 'k00000000000' } },
      { ...one, after: { status: 'active!' } },
      { ...one, hash: one.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
    ]),
  );
  switch (kind) {
    case 'edit':
      return { lines: edited, at };
    case 'delete':
      return { lines: events.toSpliced(at, 1), at };
    case 'swap':
      return { lines: events.with(at, must(events[at + 1])).with(at + 1, one), at };
    case 'insert':
      return { lines: renumbered(events.toSpliced(at, 0, { ...one, reason: 'new' })), at };
    case 'truncate':
      return { lines: events.slice(0, at), at };
    case 'rewrite':
      return { lines: rehash(at, events.with(at, { ...one, reason: 'changed' })), at };
  }
}

function renumbered(events: readonly AuditEvent[]): readonly AuditEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1 }));
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There is no such event.');
  return value;
}

/** The command itself, in a process of its own, on a file that was changed. */
async function byCommand(work: Workbench, program: Program): Promise<Figure> {
  const trail = await trailOf(work, program);
  const last = must(trail.events.at(-1));
  const verdicts = [trail.events, trail.events.toSpliced(30, 1), trail.events.slice(0, -1)].map((events) => {
    const file = join(work.directory, 'trail.jsonl');
    writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const head = `${String(trail.events.length)}:${last.hash}`;
    const { status, stdout } = spawnSync(
      process.execPath,
      [program.cli, 'audit', 'verify', file, '--head', head],
      {
        env: { LATCHKEY_PEPPER: MASTER.toString('base64') },
        encoding: 'utf8',
      },
    );
    return `${String(status)} ${/First broken event: \d+/.exec(stdout)?.[0] ?? 'fits'}`;
  });
  return {
    reached: verdicts.join('; '),
    holds:
      verdicts.join() ===
      `0 fits,1 First broken event: 31,1 First broken event: ${String(trail.events.length)}`,
  };
}

/** The audit trail in the hands of somebody without the key. */
export const cases: readonly ProveCase[] = [
  {
    id: 'F6',
    promise:
      'Whatever is done to an exported trail without the key is found, with the first event that is not as it was',
    target: '1,000 of 1,000 in each of six classes',
    tier: 'T1',
    isBeside: true,
    figure: (work) => tampered(work, work.program, work.count(1_000)),
    controls: [
      {
        fault: 'a plain hash chain without a head',
        run: (work) =>
          tampered(
            work,
            work.patched([
              {
                file: 'src-main/platform/keyring.ts',
                find: "createHmac('sha256', auditKey).update(text, 'utf8').digest()",
                replace: "Buffer.from(hash('sha256', text, 'hex'), 'hex')",
              },
              {
                file: 'src-main/cli/check-export.ts',
                find: 'const end = head ?? (',
                replace: 'const end = (',
              },
            ]),
            100,
          ),
      },
    ],
  },
  {
    id: 'F6c',
    promise: 'latchkey audit verify finds it without a server and without a store',
    target: 'exit code 0 for the trail as it was, 1 and the event for a deleted and a cut-off one',
    tier: 'T1',
    isBeside: true,
    figure: (work) => byCommand(work, work.program),
    controls: [
      {
        fault: 'the end of the trail is not compared with the head',
        run: (work) =>
          byCommand(
            work,
            work.patched([
              {
                file: 'src-main/cli/check-export.ts',
                find: 'const end = head ?? (',
                replace: 'const end = (',
              },
            ]),
          ),
      },
    ],
  },
];
