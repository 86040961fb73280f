import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));

/** file, what it imports, and the rule that must refuse it. */
const PLANTED = [
  ['src-main/contract/planted.ts', '#main/domain/ground.ts', 'contract-alone'],
  ['src-main/contract/planted-node.ts', 'node:fs', 'contract-alone'],
  ['src-main/domain/planted.ts', 'node:fs', 'domain-without-node'],
  ['src-main/domain/planted-package.ts', 'zod', 'domain-without-packages'],
  ['src-main/domain/planted-platform.ts', '#main/platform/ground.ts', 'main-layers:domain'],
  ['src-main/platform/planted.ts', '#main/domain/ground.ts', 'main-layers:platform'],
  ['src-main/platform/planted-up.ts', '#main/keys/ground.ts', 'main-layers:platform'],
  ['src-main/sqlite/planted.ts', '#main/keys/ground.ts', 'main-layers:sqlite'],
  ['src-main/context.ts', './rpc/ground.ts', 'main-layers:contextts'],
  ['src-main/config.ts', './rpc/ground.ts', 'main-layers:configts'],
  ['src-main/keys/planted.ts', '#main/partners/ground.ts', 'main-layers:keys'],
  ['src-main/keys/planted-door.ts', '#main/http/ground.ts', 'main-layers:keys'],
  ['src-main/requests/planted.ts', '#main/keys/ground.ts', 'main-layers:requests'],
  ['src-main/keys/planted-gateway.ts', '#main/gateways/ground.ts', 'main-layers:keys'],
  ['src-main/gateways/planted.ts', '#main/rpc/ground.ts', 'main-layers:gateways'],
  ['src-main/jobs/planted-up.ts', '#main/keys/ground.ts', 'main-layers:jobs'],
  ['src-main/templates/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:templates'],
  ['src-main/replay/planted-up.ts', '#main/http/ground.ts', 'main-layers:replay'],
  ['src-main/letters/planted-up.ts', '#main/gateways/ground.ts', 'main-layers:letters'],
  ['src-main/hygiene/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:hygiene'],
  ['src-main/handoffs/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:handoffs'],
  ['src-main/enrolment/planted-up.ts', '#main/http/ground.ts', 'main-layers:enrolment'],
  ['src-main/token-exchange/planted-up.ts', '#main/http/ground.ts', 'main-layers:tokenexchange'],
  ['src-main/signatures/planted-up.ts', '#main/verify/ground.ts', 'main-layers:signatures'],
  ['src-main/passport/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:passport'],
  ['src-main/sealed/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:sealed'],
  ['src-main/holder/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:holder'],
  ['src-main/products/planted-up.ts', '#main/rpc/ground.ts', 'main-layers:products'],
  ['src-main/rpc/planted.ts', '#main/verify/ground.ts', 'main-layers:rpc'],
  ['src-main/verify/planted.ts', '#main/rpc/ground.ts', 'main-layers:verify'],
  ['src-main/http/planted.ts', '#main/electron/ground.ts', 'main-layers:http'],
  ['src-main/electron/planted.ts', '#main/http/ground.ts', 'main-layers:electron'],
  ['src-main/core.ts', './headless.ts', 'main-layers:wiring'],
  ['src-main/cli/planted.ts', '#main/keys/ground.ts', 'main-layers:cli'],
  ['src-main/keys/planted-sql.ts', 'better-sqlite3', 'sqlite-only-importer'],
  ['src-main/http/planted-electron.ts', 'electron', 'electron-only-importer'],
  ['src-main/keys/planted-express.ts', 'express', 'express-only-importer'],
  ['src-main/sqlite/planted-node.ts', 'node:sqlite', 'no-node-sqlite'],
  ['src-main/keys/planted-missing.ts', './nowhere.ts', 'no-unresolved'],
  // The one of the two that the tool names.
  ['src-main/keys/planted-cycle-a.ts', './planted-cycle-b.ts', 'no-circular'],
  ['src-main/keys/planted-dev.ts', 'react', 'main-without-development-packages'],
  ['src-main/keys/planted-test.ts', './ground.test.ts', 'product-without-tests'],
  ['src-renderer/keys/planted.ts', '#main/keys/ground.ts', 'renderer-alone'],
  ['src-renderer/keys/planted-node.ts', 'node:fs', 'renderer-without-node'],
  ['src-renderer/ui/planted.ts', '#renderer/keys/ground.ts', 'renderer-base-below-pages'],
  ['src-renderer/ui/planted-api.ts', '#renderer/api/ground.ts', 'renderer-primitives-without-transport'],
] as const;

/** Imports that must stay possible. */
const ALLOWED = [
  ['src-main/contract/fine.ts', 'zod'],
  ['src-main/domain/fine.ts', '#contract/ground.ts'],
  ['src-main/platform/fine.ts', 'node:fs'],
  ['src-main/sqlite/fine.ts', 'better-sqlite3'],
  ['src-main/keys/fine.ts', '#main/sqlite/ground.ts'],
  ['src-main/keys/fine-own.ts', './ground.ts'],
  ['src-main/verify/fine.ts', '#main/requests/ground.ts'],
  ['src-main/http/fine.ts', 'express'],
  ['src-main/gateways/fine.ts', '#main/keys/ground.ts'],
  ['src-main/electron/main.ts', '#main/http/ground.ts'],
  ['src-main/keys/fine.test.ts', '#main/rpc/ground.ts'],
  ['src-renderer/keys/fine.ts', '#renderer/ui/ground.ts'],
  ['src-renderer/api/fine.ts', '#contract/ground.ts'],
] as const;

const MAIN_FOLDERS = [
  'contract',
  'domain',
  'platform',
  'sqlite',
  'keys',
  'partners',
  'requests',
  'gateways',
  'rpc',
  'verify',
  'http',
  'electron',
  'cli',
];
const RENDERER_FOLDERS = ['api', 'ui', 'format', 'keys'];

let house: string;
let violations: readonly { from: string; rule: string }[];

beforeAll(async () => {
  house = mkdtempSync(join(tmpdir(), 'latchkey-directions-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  };
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  const manifest = createRequire(import.meta.url)(join(root, 'package.json'));
  write('package.json', JSON.stringify(manifest));
  write('tsconfig.json', '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "bundler" } }');
  for (const folder of MAIN_FOLDERS) write(`src-main/${folder}/ground.ts`, 'export type Ground = 1;\n');
  for (const folder of RENDERER_FOLDERS)
    write(`src-renderer/${folder}/ground.ts`, 'export type Ground = 1;\n');
  write('src-main/headless.ts', 'export type Ground = 1;\n');
  write('src-main/keys/ground.test.ts', 'export type Ground = 1;\n');
  write(
    'src-main/keys/planted-cycle-b.ts',
    "import type { X } from './planted-cycle-a.ts';\nexport type Y = X;\n",
  );
  // Type imports, so that each of these also says that they count; a type of a development package is harmless.
  for (const [file, target] of [...PLANTED, ...ALLOWED]) {
    const kind = file.includes('planted-dev') ? '' : 'type ';
    write(file, `import ${kind}{ Ground } from '${target}';\nexport type X = Ground;\n`);
  }
  const result = await cruise(['src-main', 'src-renderer'], {
    ...config.options,
    ruleSet: { forbidden: config.forbidden },
    validate: true,
    baseDir: house,
  });
  violations = (result.output as ICruiseResult).summary.violations.map((found) => ({
    from: found.from,
    rule: found.rule.name,
  }));
}, 60_000);

afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

describe('import directions', () => {
  it.each(PLANTED)('%s may not import %s (%s)', (file, _target, rule) => {
    expect(violations.filter(({ from }) => from === file).map((found) => found.rule)).toContain(rule);
  });

  it.each(ALLOWED)('%s may import %s', (file) => {
    expect(violations.filter(({ from }) => from === file)).toEqual([]);
  });

  it('plants a forbidden import for every kind of rule', () => {
    const names: string[] = config.forbidden.map((rule: IForbiddenRuleType) => rule.name ?? '');
    const useCases = [
      'accessrequests',
      'audit',
      'backups',
      'blockedsources',
      'hygiene',
      'keyimports',
      'leaks',
      'notices',
      'partners',
      'plans',
      'samples',
      'savedviews',
      'scopes',
      'services',
      'settings',
      'system',
      'tokens',
    ];
    const entries = ['electronmaints', 'headlessts', 'requestsrequestsworkerts'];
    const sameAsOthers = [...useCases, ...entries].map((name) => `main-layers:${name}`);
    const planted: readonly string[] = PLANTED.map(([, , rule]) => rule);
    expect(names.filter((name) => !planted.includes(name) && !sameAsOthers.includes(name))).toEqual([]);
  });
});
