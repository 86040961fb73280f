import { parseArgs } from 'node:util';
import type { BlockedSource, BlockPreview } from '#contract/blocked-sources.ts';
import { contract } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { networkText } from '#main/domain/network-set.ts';
import { parseNetwork } from '#main/domain/ip-address.ts';
import { createClock } from '#main/platform/clock.ts';
import { callAdmin, CallError, type AdminAddress } from './call-admin.ts';
import { UsageError } from './terminal.ts';

/** `latchkey block list|add NETWORK…|remove NETWORK`: shows or changes the blocked sources of the running server; answers what to
 *  print. Throws CallError when a block would stop good requests and nobody said --yes. */
export async function block(
  args: readonly string[],
  address: (url: string | undefined) => AdminAddress,
): Promise<string> {
  const { values, positionals } = read(args);
  const [action = '', ...networks] = positionals;
  switch (action) {
    case 'list': {
      if (networks.length > 0) throw new UsageError('block list takes no network.');
      const name = 'blockedSources.list';
      return printed((await callAdmin(address(values.url), name, {}, contract[name].output)).items);
    }
    case 'add':
      return add(address(values.url), networks, values);
    case 'remove':
      return remove(address(values.url), networks);
    default:
      throw new UsageError(`There is no command "block ${action}".`);
  }
}

async function add(
  admin: AdminAddress,
  networks: readonly string[],
  { reason, days, yes }: ReturnType<typeof read>['values'],
): Promise<string> {
  if (networks.length === 0) throw new UsageError('Say which addresses or networks to block.');
  if (reason === undefined) throw new UsageError('Say why, with --reason.');
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) throw new UsageError('--days is a whole number.');
  const preview = 'blockedSources.preview';
  const { items } = await callAdmin(admin, preview, { networks }, contract[preview].output);
  const careful = items.flatMap(warningOf);
  if (careful.length > 0 && yes !== true) {
    throw new CallError(`${careful.join('\n')}\nNothing is blocked. To block all the same, say --yes.`);
  }
  const name = 'blockedSources.add';
  const expiresAt =
    days === undefined ? null : timestampMs.parse(createClock().nowMs() + Number(days) * DAY_MS);
  return printed(
    (await callAdmin(admin, name, { networks, reason, expiresAt }, contract[name].output)).items,
  );
}

async function remove(admin: AdminAddress, networks: readonly string[]): Promise<string> {
  const [text = '', ...rest] = networks;
  const network = parseNetwork(text);
  if (network === null || rest.length > 0) throw new UsageError('Say which one network to let in.');
  const list = 'blockedSources.list';
  const { items } = await callAdmin(admin, list, {}, contract[list].output);
  const source = items.find((one) => one.network === networkText(network));
  if (source === undefined)
    throw new CallError(`${text} is not blocked; "latchkey block list" shows what is.`);
  const name = 'blockedSources.remove';
  await callAdmin(admin, name, { blockedSourceId: source.id }, contract[name].output);
  return `${source.network} is let in again.`;
}

function warningOf({ network, goodTraffic }: BlockPreview): readonly string[] {
  if (goodTraffic === null || goodTraffic.requests === 0) return [];
  const { isExact, keys, requests } = goodTraffic;
  const whose = keys.map(({ keyId, name, partnerName }) => `${name} (${keyId}, ${partnerName})`);
  return [
    `${network}: ${isExact ? '' : 'at least '}${String(requests)} good requests of the last seven days came from there: ${whose.join(', ')}.`,
  ];
}

function printed(items: readonly BlockedSource[]): string {
  if (items.length === 0) return 'No source is blocked.';
  return items
    .map(({ network, reason, addedBy, expiresAt, isEnded, hits }) => {
      const until =
        expiresAt === null ? '' : `, ${isEnded ? 'ended' : 'until'} ${new Date(expiresAt).toISOString()}`;
      return `${network}  ${reason} (${addedBy}${until}; ${String(hits)} refused since start)`;
    })
    .join('\n');
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        reason: { type: 'string' },
        days: { type: 'string' },
        yes: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? (error.message.split('.')[0] ?? '').concat('.') : 'Bad usage.',
    );
  }
}
