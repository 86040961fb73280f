import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAdminToken } from './domain/key-format.ts';
import { StartError } from './platform/start-error.ts';

/** What the command line and the environment say. */
export interface Config {
  readonly dataDirectory: string;
  /** 0 = any free port; null = what the settings say. */
  readonly servicePort: number | null;
  /** As servicePort. */
  readonly adminPort: number | null;
  /** Becomes the first owner token when the store is new. Well formed. */
  readonly firstAdminToken: string | null;
  /** Master secret from outside instead of a file; checked when it is used. */
  readonly pepper: string | null;
  /** Folder of the built screens, when it is not beside the program. */
  readonly uiDirectory: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FLAGS: ReadonlySet<string> = new Set(['--data', '--port', '--admin-port']);
const USAGE = 'Known are --data DIR, --port N and --admin-port N.';

/** Reads flags (`--port 7420` or `--port=7420`; they win) and environment. `argv` without program names.
 *  Throws StartError(2) for anything it does not know or cannot read. */
export function readConfig(argv: readonly string[], environment: Environment): Config {
  const flags = readFlags(argv);
  // An empty variable counts as one that is not set: that is how a unit file switches it off.
  const variable = (name: string): string | null =>
    environment[name] === '' ? null : (environment[name] ?? null);
  const setting = (flag: string, name: string): { name: string; text: string } | null => {
    const given = flags.get(flag);
    if (given !== undefined) return { name: flag, text: given };
    const text = variable(name);
    return text === null ? null : { name, text };
  };
  return {
    dataDirectory: setting('--data', 'LATCHKEY_DATA_DIR')?.text ?? defaultDataDirectory(variable),
    servicePort: port(setting('--port', 'LATCHKEY_PORT')),
    adminPort: port(setting('--admin-port', 'LATCHKEY_ADMIN_PORT')),
    firstAdminToken: adminToken(variable('LATCHKEY_ADMIN_TOKEN')),
    pepper: variable('LATCHKEY_PEPPER'),
    uiDirectory: variable('LATCHKEY_UI_DIR'),
  };
}

function readFlags(argv: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let index = 0; index < argv.length; index += 1) {
    const [flag = '', ...rest] = (argv[index] ?? '').split('=');
    if (!FLAGS.has(flag)) throw new StartError(2, `Unknown argument ${flag}. ${USAGE}`);
    if (flags.has(flag)) throw new StartError(2, `${flag} is given twice.`);
    let value = rest.length > 0 ? rest.join('=') : undefined;
    if (value === undefined) {
      index += 1;
      value = argv[index];
    }
    if (value === undefined || value === '' || FLAGS.has(value))
      throw new StartError(2, `${flag} needs a value. ${USAGE}`);
    flags.set(flag, value);
  }
  return flags;
}

function port(setting: { name: string; text: string } | null): number | null {
  if (setting === null) return null;
  const value = /^\d{1,5}$/.test(setting.text) ? Number(setting.text) : Number.NaN;
  if (value <= 65_535) return value;
  throw new StartError(
    2,
    `${setting.name} is not a port: give a number from 0 to 65535, where 0 means any free port.`,
  );
}

function adminToken(text: string | null): string | null {
  if (text === null) return null;
  if (isAdminToken(text)) return text;
  // Not repeated in the message: a typo away from the real one is nearly the real one.
  throw new StartError(
    2,
    'LATCHKEY_ADMIN_TOKEN is not a well-formed admin token (lka_…). Make one with "latchkey token new".',
  );
}

function defaultDataDirectory(variable: (name: string) => string | null): string {
  switch (process.platform) {
    case 'win32':
      return join(variable('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), 'Latchkey');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Latchkey');
    default:
      return join(variable('XDG_DATA_HOME') ?? join(homedir(), '.local', 'share'), 'latchkey');
  }
}
