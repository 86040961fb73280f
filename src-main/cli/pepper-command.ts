import { parseArgs } from 'node:util';
import { contract } from '#contract/contract.ts';
import { keyId } from '#contract/ids.ts';
import type { PepperStatus, RetiredPepper } from '#contract/peppers.ts';
import { callAdmin, type AdminAddress } from './call-admin.ts';
import { UsageError } from './terminal.ts';

/** Keys that are printed of each retired pepper. */
const KEYS_PRINTED = 20;

/** `latchkey pepper status|rotate|drop VERSION`: shows, rotates or drops peppers of the running server; answers what to print. */
export async function pepper(
  args: readonly string[],
  address: (url: string | undefined) => AdminAddress,
): Promise<string> {
  const { values, positionals } = read(args);
  const [action = '', version, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`There is no command "pepper ${positionals.join(' ')}".`);
  const status = await answer(address(values.url), {
    action,
    version,
    stop: values.stop,
  });
  return values.json === true ? JSON.stringify(status, null, 2) : pepperText(status);
}

async function answer(
  admin: AdminAddress,
  asked: {
    readonly action: string;
    readonly version: string | undefined;
    readonly stop: string | undefined;
  },
): Promise<PepperStatus> {
  const { action, version, stop } = asked;
  if (action !== 'drop' && version !== undefined) throw new UsageError(`pepper ${action} takes no version.`);
  switch (action) {
    case 'status':
      return callAdmin(admin, 'peppers.status', {}, contract['peppers.status'].output);
    case 'rotate':
      return callAdmin(admin, 'peppers.rotate', {}, contract['peppers.rotate'].output);
    case 'drop': {
      if (version === undefined || !/^[1-9]\d{0,8}$/.test(version)) {
        throw new UsageError('Say which pepper to drop: its number is in "latchkey pepper status".');
      }
      const input = { version: Number(version), stopKeyIds: keyIds(stop ?? '') };
      return callAdmin(admin, 'peppers.drop', input, contract['peppers.drop'].output);
    }
    default:
      throw new UsageError(`There is no command "pepper ${action}".`);
  }
}

function keyIds(text: string) {
  return text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const parsed = keyId.safeParse(word);
      if (!parsed.success) throw new UsageError(`${word} is no key id.`);
      return parsed.data;
    });
}

/** One line a pepper, and the keys that would stop with it. */
function pepperText({ current, retired }: PepperStatus): string {
  const lines = [`Pepper ${String(current.version)}: current, made ${momentText(current.madeAt)}`];
  for (const one of retired) lines.push(...retiredLines(one));
  return lines.join('\n');
}

function retiredLines({ version, madeAt, keyCount, keys, tokens }: RetiredPepper): readonly string[] {
  const left = keyCount + tokens.length === 0 ? 'nothing is left under it' : 'not used since:';
  return [
    `Pepper ${String(version)}: retired, made ${momentText(madeAt)}; ${left}`,
    ...keys.slice(0, KEYS_PRINTED).map(({ keyId: id, name }) => `  ${id}  ${name}`),
    ...(keyCount > KEYS_PRINTED ? [`  and ${String(keyCount - KEYS_PRINTED)} more keys`] : []),
    ...tokens.map((name) => `  ${name}`),
  ];
}

function momentText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { url: { type: 'string' }, stop: { type: 'string' }, json: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? (error.message.split('.')[0] ?? '').concat('.') : 'Bad usage.',
    );
  }
}
