import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeTradeKey, ownerCalls, startTestCore } from './core.test-support.ts';
import type { Core } from './core.ts';
import { openServiceDoor, type OpenServiceDoor } from './start-doors.ts';
import { parseMetrics, type ParsedMetric } from './system/parse-metrics.test-support.ts';

const FOLDER = new URL('../resources/observability/', import.meta.url);

let folder: string;
let core: Core;
let door: OpenServiceDoor;
/** As exported by a program in which everything has happened once. */
let metrics: Map<string, ParsedMetric>;

const calls = ownerCalls(() => core);
const { call } = calls;

async function send(token: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(door.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-observability-'));
  core = await startTestCore(join(folder, 'data'));
  door = await openServiceDoor(core, 0);
  const { keyId, secret, token } = await makeTradeKey(calls, { scopeIds: [] });
  await call('settings.update', { metricsTopKeys: 1 });
  await send(token, '/v1/verify', { key: secret, scopes: ['inventory:read'] });
  await call('keys.revoke', { keyId, reason: 'policy' });
  await call('backups.create', {});
  const answer = await fetch(`${door.url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
  metrics = parseMetrics(await answer.text());
});
afterAll(async () => {
  await door.close(0);
  await core.close();
  rmSync(folder, { recursive: true });
});

/** Names of metrics in a PromQL expression that are not exported, and labels that the metric does not have. */
function strangers(expression: string, recorded: ReadonlySet<string>): readonly string[] {
  const plain = expression.replaceAll(/"[^"]*"/g, '""');
  const names = plain.match(/\b(?:latchkey|process)[a-z0-9_:]*/g) ?? [];
  const unknown = names.filter((name) => !recorded.has(name) && familyOf(name) === undefined);
  const selectors = [...expression.matchAll(/\b((?:latchkey|process)[a-z0-9_]*)\{([^}]*)\}/g)];
  const badLabels = selectors.flatMap(([, name = '', matchers = '']) =>
    [...matchers.matchAll(/([a-z_]+)(?:=~|!~|!=|=)/g)]
      .map(([, label = '']) => label)
      .filter((label) => !['job', 'instance'].includes(label) && !labelsOf(name).has(label))
      .map((label) => `${name}{${label}}`),
  );
  return [...unknown, ...badLabels];
}

/** Where an expression is not PromQL, by the grammar that Prometheus itself edits with. */
function mistakes(expression: string): readonly string[] {
  const found: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) found.push(`${String(from)}: ${expression.slice(from, to + 20)}`);
    },
  });
  return found;
}

function familyOf(name: string): ParsedMetric | undefined {
  const exact = metrics.get(name);
  if (exact !== undefined) return exact.type === 'histogram' ? undefined : exact;
  const histogram = metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
  return histogram?.type === 'histogram' ? histogram : undefined;
}

function labelsOf(name: string): ReadonlySet<string> {
  const series = [...(familyOf(name)?.samples.keys() ?? [])].join('\n');
  return new Set([...series.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label));
}

const rule = z.union([
  z.strictObject({ record: z.string().regex(/^[a-z0-9_:]+$/), expr: z.string() }),
  z.strictObject({
    alert: z.string().regex(/^Latchkey[A-Za-z]+$/),
    expr: z.string(),
    for: z
      .string()
      .regex(/^\d+[smh]$/)
      .optional(),
    labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
    annotations: z.strictObject({ summary: z.string(), description: z.string() }),
  }),
]);
const ruleFile = z.strictObject({
  groups: z
    .array(z.strictObject({ name: z.string(), interval: z.string().optional(), rules: z.array(rule).min(1) }))
    .min(1),
});
const dashboardFile = z.looseObject({
  title: z.string(),
  uid: z.string(),
  panels: z.array(
    z.looseObject({
      id: z.int(),
      type: z.string(),
      title: z.string(),
      targets: z.array(z.looseObject({ refId: z.string(), expr: z.string() })).optional(),
    }),
  ),
});

it('every alert is PromQL and asks for figures that are exported, with labels that they have', () => {
  const file = ruleFile.parse(parse(readFileSync(new URL('alerts.yaml', FOLDER), 'utf8')));
  const rules = file.groups.flatMap((group) => group.rules);
  const recorded = new Set(rules.flatMap((one) => ('record' in one ? [one.record] : [])));
  for (const one of rules) {
    expect(mistakes(one.expr), one.expr).toEqual([]);
    expect(strangers(one.expr, recorded), one.expr).toEqual([]);
  }
  const alerts = rules.flatMap((one) => ('alert' in one ? [one.alert] : []));
  expect(new Set(alerts).size).toBe(alerts.length);
  expect(alerts).toEqual(
    expect.arrayContaining([
      'LatchkeyDown',
      'LatchkeySlow',
      'LatchkeySuccessRateBurnsFast',
      'LatchkeySuccessRateBurnsSlowly',
      'LatchkeyLogRowsLost',
      'LatchkeyLogQueueGrows',
      'LatchkeyRevocationSlow',
    ]),
  );
});

it('every panel of the dashboard is PromQL and asks for figures that are exported, with labels that they have', () => {
  const { panels } = dashboardFile.parse(JSON.parse(readFileSync(new URL('dashboard.json', FOLDER), 'utf8')));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { targets, title, type } of panels) {
    if (type === 'row') continue;
    expect(targets?.length, title).toBeGreaterThan(0);
    for (const { expr } of targets ?? []) {
      // What Grafana puts in before it asks.
      expect(mistakes(expr.replaceAll(/\$__\w+/g, '5m')), title).toEqual([]);
      expect(strangers(expr, new Set()), title).toEqual([]);
    }
  }
});

it('the busiest keys are named with their ids when the settings want it, and as many as they want', () => {
  const samples = [...(metrics.get('latchkey_key_requests_last_hour')?.samples ?? [])];
  expect(samples).toHaveLength(2);
  expect(samples[0]?.[0]).toMatch(
    /^latchkey_key_requests_last_hour\{key_id="[0-9A-Za-z]{12}",outcome="allowed"\}$/,
  );
  expect(samples.map(([, value]) => value)).toEqual([0, 1]);
});
