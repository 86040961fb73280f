/** Forbidden syntax by zone, for eslint's no-restricted-syntax. Each message says what to do instead. */

const FILE_CALLS =
  '/^(readFile|writeFile|appendFile|copyFile|rename|unlink|rm|open|truncate|createReadStream|createWriteStream|link|symlink)(Sync)?$/';

/** @type {(selector: string, message: string) => { selector: string, message: string }} */
const ban = (selector, message) => ({ selector, message });

const databaseFile = (callee) => [
  ban(
    `CallExpression[${callee}=${FILE_CALLS}] Literal[value=/\\.db(-wal|-shm)?$/]`,
    'Closing any file handle on a database drops the locks SQLite holds. Go through sqlite/.',
  ),
  ban(
    `CallExpression[${callee}=${FILE_CALLS}] TemplateElement[value.raw=/\\.db(-wal|-shm)?$/]`,
    'Closing any file handle on a database drops the locks SQLite holds. Go through sqlite/.',
  ),
];

/** Syntax that is refused, by where it is refused; composed in eslint.config.js. */
export const bans = {
  everywhere: [
    ban('TSEnumDeclaration', 'Use a constant object or a union.'),
    ban('CatchClause > BlockStatement[body.length=0]', 'Handle the error or let it pass; never swallow it.'),
    ban('JSXAttribute[name.name="dangerouslySetInnerHTML"]', 'Render text; never markup from data.'),
    ban('MemberExpression[property.name=/^(innerHTML|outerHTML)$/]', 'Render text; never markup from data.'),
    ban('CallExpression[callee.property.name="insertAdjacentHTML"]', 'Render text; never markup from data.'),
    ...databaseFile('callee.name'),
    ...databaseFile('callee.property.name'),
  ],
  environment: [
    ban(
      'MemberExpression[object.name="process"][property.name="env"]',
      'Only config.ts and the entries read the environment.',
    ),
    ban(
      'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]',
      'Only config.ts and the entries read the environment.',
    ),
  ],
  timeAndChance: [
    ban(
      'MemberExpression[object.name="Date"][property.name="now"]',
      'Take the time from platform/clock.ts or as an argument.',
    ),
    ban('NewExpression[callee.name="Date"][arguments.length=0]', 'Take the time from platform/clock.ts.'),
    ban('MemberExpression[object.name="performance"][property.name="now"]', 'Use the clock of the platform.'),
    ban('MemberExpression[object.name="process"][property.name="hrtime"]', 'Use the clock of the platform.'),
    ban('MemberExpression[object.name="Math"][property.name="random"]', 'Use platform/random.ts.'),
    ban(
      'ImportDeclaration[source.value=/^(node:)?crypto$/] > ImportSpecifier[imported.name=/^(random|getRandom)/]',
      'Use platform/random.ts.',
    ),
    ban(
      'MemberExpression[object.name="crypto"][property.name=/^(randomUUID|getRandomValues)$/]',
      'Use platform/random.ts.',
    ),
  ],
  ipcUse: [
    ban(
      'MemberExpression[object.name="ipcMain"]',
      'Every channel goes through electron/ipc.ts, which checks the sender.',
    ),
    ban(
      'MemberExpression[object.property.name="ipcMain"]',
      'Every channel goes through electron/ipc.ts, which checks the sender.',
    ),
  ],
  transport: [
    ban('MemberExpression[object.name="window"][property.name="latchkey"]', 'Only api/ knows the transport.'),
    ban(
      'MemberExpression[object.name="globalThis"][property.name="latchkey"]',
      'Only api/ knows the transport.',
    ),
    ban(
      'MemberExpression[object.name=/^(window|globalThis)$/][property.name="fetch"]',
      'Only api/ knows the transport.',
    ),
  ],
  transportGlobals: ['fetch', 'EventSource', 'XMLHttpRequest', 'WebSocket'].map((name) => ({
    name,
    message: 'Only api/ knows the transport.',
  })),
  imports: [
    { name: 'node:sqlite', message: 'The database is better-sqlite3, in sqlite/ only.' },
    { name: 'sqlite', message: 'The database is better-sqlite3, in sqlite/ only.' },
  ],
};

bans.ipc = [
  ...bans.ipcUse,
  ban(
    'ImportSpecifier[imported.name="ipcMain"]',
    'Every channel goes through electron/ipc.ts, which checks the sender.',
  ),
];
