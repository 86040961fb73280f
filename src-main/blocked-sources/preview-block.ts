import { type BlockPreview, GOOD_TRAFFIC_DAYS } from '#contract/blocked-sources.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { UseCaseContext } from '#main/context.ts';
import { parseNetwork } from '#main/domain/ip-address.ts';
import { NetworkSet } from '#main/domain/network-set.ts';
import { canonicalNetworks } from './change-blocked-sources.ts';

/** What is asked of the log. Rejects while it is down. */
export interface GoodTraffic {
  readonly survey: (
    input: HandlerInput<'requests.survey'> & { readonly endpoints: readonly [] },
  ) => Promise<Output<'requests.survey'>>;
}

/** All networks together may take so long; each at least the time below. */
const BUDGET_MS = 4_000;
const BUDGET_MS_MIN = 50;

/** Makes blockedSources.preview: whose good requests a block would stop. Throws INVALID_INPUT as adding does. */
export function createPreviewBlock(log: GoodTraffic) {
  return async (
    context: UseCaseContext,
    input: HandlerInput<'blockedSources.preview'>,
  ): Promise<Output<'blockedSources.preview'>> => {
    const networks = canonicalNetworks(input.networks);
    const blocked = blockedNow(context);
    const budgetMs = Math.max(BUDGET_MS_MIN, Math.floor(BUDGET_MS / networks.length));
    const items: BlockPreview[] = [];
    // One after the other: the log has one thread, and two searches at once help nobody.
    for (const network of networks) {
      items.push({
        network,
        blockedBy: blocked(network),
        goodTraffic: await goodTrafficOf(context, log, { network, budgetMs, exceptKeyId: input.exceptKeyId }),
      });
    }
    return { items };
  };
}

function blockedNow({ db, nowMs }: UseCaseContext): (network: string) => string | null {
  const entries = db.blockedSources.list().flatMap(({ network: text, expiresAt }) => {
    const network = parseNetwork(text);
    return network === null || (expiresAt !== null && expiresAt <= nowMs)
      ? []
      : [{ network, value: { text, prefixBits: network.prefixBits } }];
  });
  const set = new NetworkSet(entries);
  return (text) => {
    const network = parseNetwork(text);
    if (network === null) return null;
    return set.find(network, ({ prefixBits }) => prefixBits <= network.prefixBits)?.text ?? null;
  };
}

async function goodTrafficOf(
  context: UseCaseContext,
  log: GoodTraffic,
  asked: { readonly network: string; readonly budgetMs: number; readonly exceptKeyId: KeyId | undefined },
): Promise<BlockPreview['goodTraffic']> {
  const { network, budgetMs, exceptKeyId } = asked;
  const from = timestampMs.parse(Math.max(0, context.nowMs - GOOD_TRAFFIC_DAYS * DAY_MS));
  const except = exceptKeyId === undefined ? '' : ` -key:${exceptKeyId}`;
  try {
    const { matched, isExact, facets } = await log.survey({
      filter: { outcome: 'allowed', query: `ip:${network}${except}`, from },
      buckets: 1,
      budgetMs,
      endpoints: [],
    });
    return {
      requests: matched,
      isExact,
      keys: facets.key.values.flatMap(({ value, label, count }) =>
        value === null ? [] : [{ keyId: value, ...ownerOf(context, value, label), requests: count }],
      ),
      addresses: facets.caller.values.flatMap(({ value }) => (value === null ? [] : [value])),
    };
  } catch {
    // A block must be possible while the log is down: then nobody is warned, and is told so.
    return null;
  }
}

function ownerOf({ db }: UseCaseContext, keyId: KeyId, name: string) {
  const key = db.keys.get(keyId);
  return {
    name: key?.name ?? name,
    applicationName: key?.applicationName ?? '',
    partnerName: key?.partnerName ?? '',
  };
}
