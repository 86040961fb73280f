import type Database from 'better-sqlite3';
import type { PlanId } from '#contract/ids.ts';
import type { Plan } from '#contract/plans.ts';

type PlanRow = Omit<Plan, 'rateLimit' | 'rateLimits' | 'quota'> & {
  readonly rateLimit: string | null;
  readonly rateLimits: string;
  readonly quota: string | null;
};

const COLUMNS = `
  p.id AS id,
  p.name AS name,
  p.rate_limit AS rateLimit,
  p.rate_limits AS rateLimits,
  p.quota AS quota,
  (SELECT COUNT(*) FROM keys k WHERE k.plan_id = p.id AND k.revoked_at_ms IS NULL) AS keyCount,
  p.created_at_ms AS createdAt,
  p.updated_at_ms AS updatedAt`;

// plans.update and key commands that name a plan; primary key.
const GET = `SELECT ${COLUMNS} FROM plans p WHERE p.id = @id`;

// keys.create, keys.update and keys.import; primary key. Nothing is counted: verification waits for a command.
const HAS = `SELECT 1 AS found FROM plans p WHERE p.id = @id`;

// plans.list; a scan of a small table.
const LIST = `SELECT ${COLUMNS} FROM plans p ORDER BY p.name, p.id`;

// plans.create and plans.update; unique index of name.
const FIND_BY_NAME = `SELECT p.id AS id FROM plans p WHERE p.name = @name`;

// plans.create.
const INSERT = `
  INSERT INTO plans (id, name, rate_limit, rate_limits, quota, created_at_ms, updated_at_ms)
  VALUES (@id, @name, @rateLimit, @rateLimits, @quota, @createdAt, @updatedAt)`;

// plans.update; primary key.
const UPDATE = `
  UPDATE plans
  SET name = @name, rate_limit = @rateLimit, rate_limits = @rateLimits, quota = @quota, updated_at_ms = @updatedAt
  WHERE id = @id`;

/** Prepares the statements on plans. */
export function createPlanQueries(handle: Database.Database) {
  const has = handle.prepare<{ id: PlanId }, { found: 1 }>(HAS);
  const get = handle.prepare<{ id: PlanId }, PlanRow>(GET);
  const list = handle.prepare<[], PlanRow>(LIST);
  const findByName = handle.prepare<{ name: string }, { id: PlanId }>(FIND_BY_NAME);
  const insert = handle.prepare<PlanRow>(INSERT);
  const update = handle.prepare<PlanRow>(UPDATE);
  return {
    has: (id: PlanId): boolean => has.get({ id }) !== undefined,
    get: (id: PlanId): Plan | null => {
      const row = get.get({ id });
      return row === undefined ? null : fromRow(row);
    },
    /** By name, ascending. */
    list: (): readonly Plan[] => list.all().map(fromRow),
    findByName: (name: string): PlanId | null => findByName.get({ name })?.id ?? null,
    insert: (plan: Plan): void => void insert.run(toRow(plan)),
    update: (plan: Plan): void => void update.run(toRow(plan)),
  };
}

function fromRow(row: PlanRow): Plan {
  return {
    ...row,
    rateLimit: row.rateLimit === null ? null : (JSON.parse(row.rateLimit) as Plan['rateLimit']),
    rateLimits: JSON.parse(row.rateLimits) as Plan['rateLimits'],
    quota: row.quota === null ? null : (JSON.parse(row.quota) as Plan['quota']),
  };
}

function toRow(plan: Plan): PlanRow {
  return {
    ...plan,
    rateLimit: plan.rateLimit === null ? null : JSON.stringify(plan.rateLimit),
    rateLimits: JSON.stringify(plan.rateLimits),
    quota: plan.quota === null ? null : JSON.stringify(plan.quota),
  };
}
