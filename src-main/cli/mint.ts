import { parseArgs } from 'node:util';
import { CHILD_FIELDS, enrollRequest, type EnrollRequest, type EnrollResponse } from '#contract/enrolment.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { isEnrolmentToken, keyHintText, lastFour, parseKey } from '#main/domain/key-format.ts';
import { randomBytes } from '#main/platform/random.ts';
import { callEnroll } from './call-enroll.ts';
import { keepKey, placeWords, type KeyPlace } from './keep-key.ts';
import { formOf } from './secret-form-command.ts';
import { UsageError, type Terminal } from './terminal.ts';

const DEFAULT_VARIABLE = 'LATCHKEY_API_KEY';
const DEFAULT_URL = 'http://127.0.0.1:7420';
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `latchkey mint`: fetches a key of its own for this build with the enrolment token, and puts it where it is told to. What it
 *  prints never holds the key, but for the command that makes a CI system mask it. Throws UsageError, CallError. */
export async function mint(args: readonly string[], terminal: Terminal): Promise<string> {
  const options = read(args);
  const token = terminal.environment['LATCHKEY_ENROLMENT_TOKEN'] ?? '';
  // Not repeated in the message: a typo away from the real one is nearly the real one.
  if (!isEnrolmentToken(token)) {
    throw new UsageError(
      'Put the enrolment token (lke_…) into the environment variable LATCHKEY_ENROLMENT_TOKEN.',
    );
  }
  const place = keyPlace(options);
  const request = requestOf(options, terminal.environment);
  const address = options.url ?? terminal.environment['LATCHKEY_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(address)) throw new UsageError(`${address} is not an address such as ${DEFAULT_URL}.`);
  const answer = await callEnroll(address, token, request);
  // First of all: whatever fails from here on must not show it.
  if (options.mask === true) terminal.print(`::add-mask::${answer.secret}`);
  await keepKey(answer.secret, place, terminal.environment);
  return summary(answer, place);
}

type Options = ReturnType<typeof read>;

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ 'app-version': text, commit: text, build: text, device: text, developer: text, life: text },
        ...{ 'contact-name': text, 'contact-email': text },
        ...{ 'request-id': text, ci: yes, url: text, out: text, 'env-file': text, name: text, mask: yes },
        ...{ into: text, place: text, replace: yes },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('.')[0] ?? ''}.` : 'Bad usage.');
  }
}

/** Where the key goes. */
function keyPlace(options: Options): KeyPlace {
  const { out, 'env-file': envFile, into, name } = options;
  const [way, ...others] = [out, envFile, into].filter((given) => given !== undefined);
  if (way === undefined || others.length > 0) {
    throw new UsageError(
      'Say where the key goes: --out FILE for the key alone, --env-file FILE, or --into a secret manager.',
    );
  }
  if (into !== undefined) return inManager(into, options);
  const variable = name ?? DEFAULT_VARIABLE;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw new UsageError(`${variable} is no name of a variable: letters, digits and underscores.`);
  }
  return out === undefined ? { kind: 'variable', file: way, variable } : { kind: 'file', file: out };
}

function inManager(manager: string, { name, place, replace }: Options): KeyPlace {
  const form = formOf(manager, { name, place, isRotation: replace === true });
  if ('file' in form.into) return { kind: 'variable', file: form.into.file, variable: form.name };
  return { kind: 'manager', ...form, argv: form.into.argv };
}

function requestOf(options: Options, environment: Terminal['environment']): EnrollRequest {
  const ci = options.ci === true ? ciFields(environment) : { commit: undefined, build: undefined };
  const parsed = enrollRequest.safeParse({
    version: options['app-version'],
    commit: options.commit ?? ci.commit,
    build: options.build ?? ci.build,
    device: options.device,
    developer: options.developer,
    contactName: options['contact-name'],
    contactEmail: options['contact-email'],
    ...(options.life === undefined ? {} : { lifeMs: lifeOf(options.life) }),
    // One for this run: tries of it are one key.
    requestId: options['request-id'] ?? `mint-${randomBase62(16, randomBytes)}`,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? '');
  const isMissing = [...CHILD_FIELDS, 'contactEmail' as const].every(
    (name) => options[FLAGS[name]] === undefined,
  );
  if (isMissing && options.ci !== true) {
    throw new UsageError(
      'Say what the key is for: --app-version, --commit, --build, --device, --developer, --contact-email or --ci.',
    );
  }
  const [, flag = field] = Object.entries(FLAGS).find(([name]) => name === field) ?? [];
  throw new UsageError(`--${flag}: ${issue?.message ?? 'not as it should be.'}`);
}

/** What a field of the request is called on the command line. */
const FLAGS = {
  version: 'app-version',
  commit: 'commit',
  build: 'build',
  device: 'device',
  developer: 'developer',
  contactName: 'contact-name',
  contactEmail: 'contact-email',
  lifeMs: 'life',
  requestId: 'request-id',
} as const satisfies Readonly<Record<keyof EnrollRequest, keyof Options>>;

/** What GitHub Actions and GitLab say of the build that runs. */
function ciFields(environment: Terminal['environment']) {
  const commit = environment['GITHUB_SHA'] ?? environment['CI_COMMIT_SHA'];
  const build = environment['GITHUB_RUN_ID'] ?? environment['CI_PIPELINE_ID'];
  if (commit === undefined && build === undefined) {
    throw new UsageError('--ci: neither GitHub Actions nor GitLab tell a commit or build here.');
  }
  return { commit, build };
}

function lifeOf(text: string): number {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (count === undefined || unitMs === undefined) {
    throw new UsageError(`--life: ${text} is no length of time such as 30m, 8h or 7d.`);
  }
  return Number(count) * unitMs;
}

function summary({ key, secret, isRepeat }: EnrollResponse, place: KeyPlace): string {
  const parsed = parseKey(secret);
  const hint = parsed.kind === 'key' ? keyHintText({ ...parsed, last4: lastFour(secret) }) : key.keyId;
  const until = new Date(key.expiresAt).toISOString().replace(/\..*/, 'Z');
  const again = isRepeat ? ' (the same as before)' : '';
  return `${key.name}: ${hint} until ${until}, written to ${placeWords(place)}${again}`;
}
