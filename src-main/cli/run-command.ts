import { parseArgs } from 'node:util';
import { contract } from '#contract/contract.ts';
import { role } from '#contract/tokens.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { formatAdminToken, isAdminToken, SECRET_CHARACTERS } from '#main/domain/key-format.ts';
import { APP_VERSION } from '#main/platform/app-version.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import { block } from './block-command.ts';
import { callAdmin, CallError } from './call-admin.ts';
import type { AdminAddress } from './call-admin.ts';
import { mint } from './mint.ts';
import { pepper } from './pepper-command.ts';
import { printForm } from './secret-form-command.ts';
import { scan } from './scan.ts';
import { selfTest } from './self-test-command.ts';
import { statusText } from './status-text.ts';
import { TemporaryError, UsageError, type Terminal } from './terminal.ts';
import { verifyTrail } from './verify-trail.ts';

export const HELP = `Usage: latchkey <command>

  serve [--data DIR] [--port N] [--admin-port N]
                   start the server without a window
  status           show how the running server is; exit code 1 when it is down
  self-test        try limits, quotas and the issuer of secrets in the running server, with keys
                   that leave no trace; exit code 1 when something is wrong
  pair             print a link that signs a browser in, good for 60 s
  token new        print a new well-formed admin token, for LATCHKEY_ADMIN_TOKEN
  pepper status    show the peppers of the running server, and which keys and tokens are still
                   kept under a retired one
  pepper rotate    make a new pepper; the former one is still accepted, and each secret is kept
                   anew at its next use
  pepper drop N    no longer accept retired pepper N
  block list       show the sources from which no key works
  block add NETWORK... --reason WHY [--days N] [--yes]
                   block addresses or networks for every key; refuses without --yes where good
                   requests of the last seven days came from
  block remove NETWORK
                   let it in again
  mint             fetch a key of its own for this build, with the enrolment token in
                   LATCHKEY_ENROLMENT_TOKEN; it is never printed
  form [MANAGER]   print how to put a key into a secret manager without it being in a shell's
                   history or in the arguments of a process, and a policy to read it
  scan PATH        look for keys and tokens in a file, a folder, or - for standard
                   input; asks nobody and needs no server
  audit verify FILE
                   check an export of the audit trail (JSON lines) and say which event
                   is the first that was changed; needs no server

Options of status, self-test, pair, pepper and block:
  --url URL        admin address, default http://127.0.0.1:7421 (or LATCHKEY_ADMIN_PORT)
  --role ROLE      pair: owner, admin, issuer or viewer; default owner
  --json           status, self-test, pepper: as JSON
  --stop ID,ID     pepper drop: keys that may stop for good; without it none may

Options of mint:
  --app-version V, --commit HASH, --build ID, --device ID, --developer NAME
                   what the key is for: at least one; --ci reads commit and build of
                   GitHub Actions or GitLab
  --contact-name NAME, --contact-email ADDRESS
                   who asks, kept with the key; some tokens want both
  --env-file FILE  add NAME=key to FILE, such as "$GITHUB_ENV"; --name NAME, default
                   LATCHKEY_API_KEY
  --out FILE       or write the key alone to FILE, for its owner only
  --into MANAGER   or give it to the program of a secret manager ("latchkey form" lists
                   them); with --name, --place and --replace as in form
  --mask           print ::add-mask::key first, which makes GitHub Actions hide it
  --life 8h        shorter than the token allows: minutes (m), hours (h) or days (d)
  --request-id ID  the same ID gets the same key for ten minutes
  --url URL        service address, default LATCHKEY_URL or http://127.0.0.1:7420
Exit codes of mint: 0 done, 1 refused, 2 bad usage, 75 not now, try later.

Options of form:
  --name NAME      what the key is to be called there
  --place PLACE    mount, key vault, namespace, vault, repository or file
  --replace        a new secret under a name that is there already

Options of scan:
  --staged [PATH]  what is staged in the Git repository of PATH, for a pre-commit hook
  --history [PATH] all that any commit, stash or reflog of it has
  --format FORMAT  text, json or sarif; --out FILE writes it there
  --no-ignore      also what .gitignore leaves out
  --baseline FILE  leave out what an earlier --format json has
Exit codes of scan: 0 nothing, 1 found, 2 bad usage or something could not be read.

Options of audit verify:
  --data DIR       take master.key and audit-head.json of this data directory (or
                   LATCHKEY_DATA_DIR); the trail is signed with a key made of master.key
  --key FILE       this master.key instead; or the secret itself in LATCHKEY_PEPPER
  --head FILE      where the trail must end: an audit-head.json, or COUNT:HASH as noted
  --from N         the file is meant to begin with event N; default 1
  --json           the finding as JSON
Exit codes of audit verify: 0 all fits, 1 it does not, 2 bad usage or no key.

status, self-test, pair, pepper and block sign in with the admin token in LATCHKEY_ADMIN_TOKEN.
  --help, --version`;

/** Runs one command other than `serve` and answers the exit code: 0 done, 1 it failed, 2 bad usage, 75 it may
 *  work later (EX_TEMPFAIL of sysexits). Never rejects for any of them. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const [first, ...rest] = args;
    if (first === 'scan' && !asksForHelp(rest)) return await scanOrTell(rest, terminal);
    if (first === 'audit' && rest[0] === 'verify' && !asksForHelp(rest))
      return await verifyTrail(rest.slice(1), terminal);
    const output = await outputOf(args, terminal);
    terminal.print(typeof output === 'string' ? output : output.text);
    return typeof output === 'string' || output.isRight ? 0 : 1;
  } catch (error) {
    if (error instanceof CallError) {
      terminal.printError(error.message);
      return 1;
    }
    if (error instanceof TemporaryError) {
      terminal.printError(error.message);
      return TRY_LATER;
    }
    if (error instanceof UsageError) {
      terminal.printError(`${error.message} "latchkey --help" lists the commands.`);
      return 2;
    }
    throw error;
  }
}

const TRY_LATER = 75;

const UNREAD = 2;

/** What could not be scanned at all is not "found": 1 would be. */
async function scanOrTell(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await scan(args, terminal);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    terminal.printError(error.message);
    return UNREAD;
  }
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

function outputOf(
  args: readonly string[],
  terminal: Terminal,
): string | Promise<string | Awaited<ReturnType<typeof selfTest>>> {
  const [first, ...rest] = args;
  if (first === 'mint' && !asksForHelp(rest)) return mint(rest, terminal);
  if (first === 'form' && !asksForHelp(rest)) return printForm(rest);
  if (first === 'block' && !asksForHelp(rest)) return block(rest, (url) => address(url, terminal));
  if (first === 'pepper' && !asksForHelp(rest)) return pepper(rest, (url) => address(url, terminal));
  const { values, positionals } = read(args);
  if (values.version === true) return APP_VERSION;
  if (values.help === true || positionals.length === 0) return HELP;
  const command = positionals.join(' ');
  switch (command) {
    case 'token new':
      return formatAdminToken(randomBase62(SECRET_CHARACTERS, randomBytes));
    case 'status':
      return status(address(values.url, terminal), values.json === true);
    case 'self-test':
      return selfTest(address(values.url, terminal), values.json === true);
    case 'pair':
      return pair(address(values.url, terminal), values.role ?? 'owner');
    default:
      throw new UsageError(`There is no command "${command}".`);
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        role: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? (error.message.split('.')[0] ?? '').concat('.') : 'Bad usage.',
    );
  }
}

async function status(admin: AdminAddress, asJson: boolean): Promise<string> {
  const result = await callAdmin(admin, 'system.status', {}, contract['system.status'].output);
  return asJson ? JSON.stringify(result, null, 2) : statusText(result);
}

async function pair(admin: AdminAddress, roleText: string): Promise<string> {
  const parsed = role.safeParse(roleText);
  if (!parsed.success) throw new UsageError(`${roleText} is no role.`);
  const name = 'sessions.createPairingLink';
  const { url } = await callAdmin(admin, name, { role: parsed.data }, contract[name].output);
  return must(url, 'a link that was just made is shown');
}

function address(url: string | undefined, { environment }: Terminal): AdminAddress {
  const port = environment['LATCHKEY_ADMIN_PORT'];
  const chosen = url ?? `http://127.0.0.1:${port === undefined || port === '' ? '7421' : port}`;
  if (!URL.canParse(chosen))
    throw new UsageError(`${chosen} is not an address such as http://127.0.0.1:7421.`);
  const token = environment['LATCHKEY_ADMIN_TOKEN'] ?? '';
  // Not repeated in the message: a typo away from the real one is nearly the real one.
  if (!isAdminToken(token)) {
    throw new UsageError('Put an admin token (lka_…) into the environment variable LATCHKEY_ADMIN_TOKEN.');
  }
  return { url: chosen, token };
}
