/**
 * Import directions: down, never up, never sideways. A file imports from lower layers and its own folder.
 * Type imports count. Tests may reach up, since a procedure is tested through every layer above it.
 */

const TESTS = '\\.(test|test-support)\\.tsx?$';
const main = (name) => `^src-main/${name}`;
const CONTRACT = main('contract/');

/** Lowest first; folders that share a line never import each other. */
const MAIN_LAYERS = [
  ['domain/', 'platform/'],
  ['sqlite/'],
  ['context\\.ts$', 'config\\.ts$'],
  // Long work, of whatever use case.
  ['jobs/'],
  [
    'audit/',
    'backups/',
    'blocked-sources/',
    'keys/',
    'partners/',
    'plans/',
    'requests/(?!requests-worker\\.ts$)',
    'saved-views/',
    'scopes/',
    'services/',
    'settings/',
    // Judges signatures, and remembers those that were used.
    'signatures/',
    'system/',
    'tokens/',
  ],
  // Mails to contacts, queued inside of whatever command they belong to.
  ['letters/'],
  // Composes use cases: the test of a gateway makes its own partner, application and keys, and keys may come with their owners.
  ['enrolment/', 'gateways/', 'holder/', 'key-imports/', 'templates/', 'samples/', 'token-exchange/'],
  // Tells partners what holders are told, beforehand.
  ['passport/'],
  // Tells people outside of the app; leaves out what is a sample.
  ['notices/'],
  // Composes keys and templates: a key and its handoff are made in one command.
  ['handoffs/'],
  // Composes keys and handoffs: what replaces a leaked key goes straight to its owner.
  ['hygiene/', 'leaks/'],
  // Handoffs in a file, with the passport in it.
  ['sealed/'],
  // Strangers ask, people approve: composes keys, handoffs and sealed files.
  ['access-requests/'],
  // What strangers may ask for, told on pages.
  ['products/'],
  ['rpc/', 'verify/'],
  // Decides as the verifier does, over the log.
  ['replay/'],
  ['http/', 'electron/(?!main\\.ts$)'],
  ['(?!context|config|headless)[a-z-]+\\.ts$'],
  // The thread that has the log, and what is asked of the log from above it.
  ['headless\\.ts$', 'requests/requests-worker\\.ts$', 'electron/main\\.ts$', 'cli/'],
];

/** The command line is a client: it may know the wire, the ground and nothing of the server, but for the file with the head of the
 *  audit trail, which it checks without one. */
const CLI_MAY = [
  CONTRACT,
  ...['cli/', 'domain/', 'platform/', 'config\\.ts$', 'audit/audit-head\\.ts$'].map(main),
];

const layerRules = MAIN_LAYERS.flatMap((layer, index) =>
  layer.map((folder) => {
    const below = MAIN_LAYERS.slice(0, index).flat();
    const own = folder.startsWith('electron/') ? 'electron/' : folder;
    const allowed = [CONTRACT, main(own), ...below.map(main)];
    return {
      name: `main-layers:${folder.startsWith('(?!') ? 'wiring' : folder.replace(/\(.*|[^a-z]/g, '')}`,
      severity: 'error',
      comment: 'A file imports from lower layers and its own folder only.',
      from: { path: main(folder), pathNot: TESTS },
      to: {
        path: '^(src-main|src-renderer|e2e|resources)/',
        pathNot: folder === 'cli/' ? CLI_MAY : folder === 'domain/' ? [CONTRACT, main('domain/')] : allowed,
      },
    };
  }),
);

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });
const NODE = { dependencyTypes: ['core'] };

module.exports = {
  forbidden: [
    rule(
      'no-circular',
      'Two files that need each other are one file, or miss a third.',
      {},
      { circular: true },
    ),
    rule('no-unresolved', 'An import that cannot be found.', {}, { couldNotResolve: true }),
    rule(
      'contract-alone',
      'The wire imports zod and itself.',
      { path: CONTRACT, pathNot: TESTS },
      { pathNot: [CONTRACT, 'node_modules/zod/'] },
    ),
    rule(
      'domain-without-node',
      'Domain code decides; it does no input or output.',
      { path: main('domain/'), pathNot: TESTS },
      NODE,
    ),
    rule(
      'domain-without-packages',
      'Domain code imports the contract and itself.',
      { path: main('domain/'), pathNot: TESTS },
      { path: 'node_modules/' },
    ),
    rule(
      'sqlite-only-importer',
      'Only sqlite/ knows the database library.',
      { path: '^src-', pathNot: [main('sqlite/'), TESTS] },
      { path: 'node_modules/(@types/)?better-sqlite3/' },
    ),
    rule(
      'electron-only-importer',
      'Only electron/ knows Electron.',
      { path: '^src-', pathNot: main('electron/') },
      { path: 'node_modules/electron/' },
    ),
    rule(
      'express-only-importer',
      'Only http/ knows Express.',
      { path: '^src-main/', pathNot: [main('http/'), TESTS] },
      { path: 'node_modules/(@types/)?express(-serve-static-core)?/' },
    ),
    rule('no-node-sqlite', 'The database is better-sqlite3.', {}, { path: '^(node:)?sqlite$' }),
    ...layerRules,
    rule(
      'renderer-alone',
      'The renderer knows the contract and nothing of the server.',
      { path: '^src-renderer/', pathNot: TESTS },
      { path: '^(src-main|e2e|resources)/', pathNot: CONTRACT },
    ),
    rule(
      'renderer-without-node',
      'The renderer runs in a browser.',
      { path: '^src-renderer/', pathNot: TESTS },
      NODE,
    ),
    rule(
      'renderer-base-below-pages',
      'api/, ui/ and format/ know no page.',
      { path: '^src-renderer/(api|ui|format)/', pathNot: TESTS },
      { path: '^src-renderer/', pathNot: '^src-renderer/(api|ui|format)/' },
    ),
    rule(
      'renderer-primitives-without-transport',
      'A primitive draws what it is given.',
      { path: '^src-renderer/(ui|format)/', pathNot: TESTS },
      { path: '^src-renderer/api/' },
    ),
    rule(
      'product-without-tests',
      'The product imports no test.',
      { path: '^src-', pathNot: TESTS },
      { path: [TESTS, '^e2e/'] },
    ),
    rule(
      'main-without-development-packages',
      'What the built main process imports must be a dependency.',
      { path: '^src-main/', pathNot: [TESTS, main('electron/')] },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // The benchmark's peers import packages that are there only when it was asked to install them.
    exclude: { path: '^(out|dist|e2e/bench/peers)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.cjs', '.js', '.css', '.json'],
    },
  },
};
