import type { ProcedureName } from '#contract/contract.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { openPolicyWorld, type PolicyWorld } from '../worlds/policy-world.ts';
import { seededRandom, type Random } from '../worlds/random.ts';

/** Rows of a table by their primary key, as text. */
type Table = ReadonlyMap<string, string>;
type Dump = ReadonlyMap<string, Table>;
type Handle = PolicyWorld['admin']['db']['handle'];

/** What one command may touch: a table, and of which rows, by a part of their key. null = any new row of it. */
type Footprint = readonly (readonly [table: string, row: string | null])[];

interface Step {
  readonly name: ProcedureName;
  readonly input: object;
  readonly may: Footprint;
}

const KEYS = 30;

/** Random commands, one after the other; after each the whole store is compared with what it was. */
async function footprints(work: Workbench, program: Program, operations: number): Promise<Figure> {
  const world = await openPolicyWorld(work, program);
  const { handle, audit } = world.admin.db;
  const random = seededRandom(55);
  const keyIds: string[] = [];
  for (let key = 0; key < KEYS; key += 1) keyIds.push((await world.newKey()).keyId);
  const caller = {
    actor: { kind: 'token', id: 'tok_proof', name: 'Proof' },
    role: 'owner',
    requestId: 'req_proof',
  } as const;
  const found = { beyond: 0, refusedYetChanged: 0, auditsWrong: 0, done: 0, refused: 0 };
  const examples = new Set<string>();
  const tables = tablesOf(handle);
  let before = dump(handle, tables);
  let events = audit.total();
  for (let turn = 0; turn < operations; turn += 1) {
    const step = randomStep(world, random, keyIds);
    const reply = await world.admin.dispatch(step.name, step.input, caller);
    const after = dump(handle, tables);
    const changes = differences(before, after);
    const added = audit.total() - events;
    if (reply.ok) found.done += 1;
    else found.refused += 1;
    const beyond = changes.filter((change) => !step.may.some((one) => fits(one, change)));
    if (reply.ok && beyond.length > 0) {
      found.beyond += 1;
      examples.add(`${step.name} changed ${beyond[0]?.table ?? ''}`);
    }
    if (!reply.ok && changes.length > 0) found.refusedYetChanged += 1;
    if (added !== (reply.ok ? 1 : 0)) found.auditsWrong += 1;
    before = after;
    events += added;
    world.advance(random.below(2_000));
  }
  const trail = await world.admin.call('audit.verify', {});
  return {
    reached: `${String(found.beyond)} changed a row that they do not name${examples.size > 0 ? ` (${[...examples].slice(0, 3).join('; ')})` : ''}, ${String(found.refusedYetChanged)} were refused and changed something, ${String(found.auditsWrong)} had not exactly one event (none when refused); ${found.done.toLocaleString('en')} done, ${found.refused.toLocaleString('en')} refused; the trail ${trail.ok ? 'fits' : 'DOES NOT FIT'}`,
    holds:
      found.beyond + found.refusedYetChanged + found.auditsWrong === 0 &&
      trail.ok &&
      found.done > operations / 4,
  };
}

function randomStep(world: PolicyWorld, random: Random, keyIds: readonly string[]): Step {
  const keyId = random.below(40) === 0 ? 'k00000000000' : random.pick(keyIds);
  const own: Footprint = [
    ['keys', keyId],
    ['secrets', keyId],
    ['key_denials', keyId],
  ];
  const reason = 'Proof';
  return random.pick<Step>([
    { name: 'keys.revoke', input: { keyId, reason: 'policy' }, may: own },
    { name: 'keys.restore', input: { keyId, reason }, may: own },
    { name: 'keys.suspend', input: { keyId, reason }, may: own },
    { name: 'keys.resume', input: { keyId, reason }, may: own },
    { name: 'keys.rotate', input: { keyId, overlapMs: random.below(5_000) }, may: own },
    { name: 'keys.endOverlap', input: { keyId }, may: own },
    { name: 'keys.undoRotation', input: { keyId, reason }, may: own },
    { name: 'keys.update', input: { keyId, name: `Name ${String(random.below(1e9))}` }, may: own },
    {
      name: 'keys.update',
      input: { keyId, scopeIds: random.pick([[], [world.scopeId]]) },
      may: [...own, ['key_scopes', keyId]],
    },
    { name: 'keys.update', input: { keyId, rateLimit: { limit: 0, windowMs: 1 } }, may: [] },
    {
      name: 'keys.create',
      input: {
        applicationId: world.applicationId,
        name: `New ${String(random.below(1e9))}`,
        environment: 'test',
        scopeIds: [],
        expiresAt: null,
        noExpiryReason: reason,
      },
      may: [
        ['keys', null],
        ['secrets', null],
      ],
    },
    {
      name: 'scopes.update',
      input: { scopeId: world.scopeId, description: `Text ${String(random.below(1e9))}` },
      may: [['scopes', world.scopeId]],
    },
    {
      name: 'applications.update',
      input: { applicationId: world.applicationId, note: `Note ${String(random.below(1e9))}` },
      may: [['applications', world.applicationId]],
    },
    { name: 'plans.create', input: { name: `Plan ${String(random.below(1e9))}` }, may: [['plans', null]] },
    {
      name: 'settings.update',
      input: { requestRetentionDays: 1 + random.below(300) },
      may: [['settings', 'requestRetentionDays']],
    },
    {
      name: 'tokens.create',
      input: { name: `Token ${String(random.below(1e9))}`, role: 'viewer' },
      may: [['admin_tokens', null]],
    },
    {
      name: 'partners.create',
      input: {
        name: `Partner ${String(random.below(50))}`,
        tier: 'external',
        contactEmail: 'p@acme.example',
      },
      may: [['partners', null]],
    },
    { name: 'partners.update', input: { partnerId: 'par_0000000000000000', name: 'X' }, may: [] },
  ]);
}

interface Change {
  readonly table: string;
  readonly row: string;
  readonly isNew: boolean;
}

function fits([table, row]: Footprint[number], change: Change): boolean {
  if (table !== change.table) return false;
  return row === null ? change.isNew : change.row.includes(`"${row}"`);
}

function differences(before: Dump, after: Dump): readonly Change[] {
  const changes: Change[] = [];
  for (const [table, rows] of after) {
    const former = before.get(table) ?? new Map<string, string>();
    for (const [row, text] of rows) {
      const isNew = !former.has(row);
      if (former.get(row) !== text) changes.push({ table, row, isNew });
    }
    for (const row of former.keys()) if (!rows.has(row)) changes.push({ table, row, isNew: false });
  }
  return changes;
}

interface TableShape {
  readonly name: string;
  readonly keyColumns: readonly string[];
}

/** Every table but the trail, which has a check of its own, and what repeats of commands are answered with. */
function tablesOf(handle: Handle): readonly TableShape[] {
  const names = handle
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all();
  return names
    .map(({ name }) => name)
    .filter((name) => name !== 'audit_events')
    .map((name) => {
      const columns = handle.prepare<[], { name: string; pk: number }>(`PRAGMA table_info("${name}")`).all();
      const keys = columns.filter(({ pk }) => pk > 0).map((column) => column.name);
      return { name, keyColumns: keys.length > 0 ? keys : columns.map((column) => column.name) };
    });
}

function dump(handle: Handle, tables: readonly TableShape[]): Dump {
  return new Map(
    tables.map(({ name, keyColumns }) => {
      const rows = handle.prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`).all();
      return [
        name,
        new Map(
          rows.map((row) => [JSON.stringify(keyColumns.map((column) => row[column])), JSON.stringify(row)]),
        ),
      ];
    }),
  );
}

/** What a command leaves behind. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B5',
    promise:
      'A command changes the rows that it names and no other, leaves exactly one audit event, and nothing at all when it is refused',
    target: '0 of 10,000 random commands',
    tier: 'T1',
    isBeside: true,
    figure: (work) => footprints(work, work.program, work.count(10_000)),
    controls: [
      {
        fault: 'a condition is lost: a revocation revokes all keys',
        run: (work) =>
          footprints(
            work,
            work.patched([
              {
                file: 'src-main/keys/change-key-state.ts',
                find: 'context.db.keys.update({ ...loaded.key, ...columns, updatedAtMs: context.nowMs });',
                replace:
                  'context.db.keys.update({ ...loaded.key, ...columns, updatedAtMs: context.nowMs });\n  if (change.action === \'keys.revoke\') context.db.handle.exec("UPDATE keys SET revoked_at_ms = 1, revoke_reason = name");',
              },
            ]),
            300,
          ),
      },
      {
        fault: 'a command may leave no event',
        run: (work) =>
          footprints(
            work,
            work.patched([
              {
                file: 'src-main/audit/run-command.ts',
                find: 'let head = append(options, call, outcome.audit);',
                replace:
                  "let head = outcome.audit.action === 'keys.suspend' ? { count: 0, hash: '' } : append(options, call, outcome.audit);",
              },
            ]),
            300,
          ),
      },
    ],
  },
];
