import { BLOCKED_SOURCES_MAX, PREFIX_BITS_MIN } from '#contract/blocked-sources.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { blockedSourceId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { parseNetwork } from '#main/domain/ip-address.ts';
import { keptSinceMs } from '#main/domain/kept-since.ts';
import { networkText } from '#main/domain/network-set.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { StoredBlockedSource } from '#main/sqlite/blocked-source-queries.ts';
import { viewBlockedSource, type HitsOf } from './list-blocked-sources.ts';

/** Makes blockedSources.add: one transaction and one audit event for each network. Throws LEAK_NOT_FOUND, and INVALID_INPUT for
 *  what is no network, one that is too wide, an end that is over, the text of a key in the reason, or a full list. */
export function createAddBlockedSources(hitsOf: HitsOf) {
  return (context: UseCaseContext, input: HandlerInput<'blockedSources.add'>): Output<'blockedSources.add'> =>
    context.command(() => {
      const { db, nowMs } = context;
      const { reason, expiresAt, leakId } = input;
      const networks = canonicalNetworks(input.networks);
      if (redactKeys(reason) !== reason) {
        throw invalid('reason', 'This holds the text of a key, which is never stored. Take it out.');
      }
      if (expiresAt !== null && expiresAt <= nowMs) throw invalid('expiresAt', 'This moment is over.');
      if (leakId !== null && db.leaks.get(leakId) === null) {
        throw new AppError('LEAK_NOT_FOUND', 'There is no incident with this id.');
      }
      db.blockedSources.deleteEnded(keptSinceMs(nowMs));
      const before = networks.map((network) => db.blockedSources.find(network));
      const added = networks.map((network, index): StoredBlockedSource => ({
        id: before[index]?.id ?? newId(),
        network,
        reason,
        leakId,
        addedAt: nowMs,
        addedBy: context.actor.name,
        expiresAt,
      }));
      for (const source of added) db.blockedSources.put(source);
      if (db.blockedSources.count(keptSinceMs(nowMs)) > BLOCKED_SOURCES_MAX) {
        throw invalid(
          'networks',
          `At most ${String(BLOCKED_SOURCES_MAX)} sources can be blocked. Block wider networks.`,
        );
      }
      const [first, ...rest] = added.map((source, index) => ({
        action: 'blockedSources.add',
        subject: subjectOf(source),
        ...(before[index] === null || before[index] === undefined ? {} : { before: factsOf(before[index]) }),
        after: factsOf(source),
        reason,
      }));
      if (first === undefined) throw new Error('Broken invariant: the input names a network.');
      return {
        value: { items: added.map((source) => viewBlockedSource(source, nowMs, hitsOf)) },
        audit: first,
        furtherAudits: rest,
        changed: ['blockedSources'],
      };
    });
}

/** Makes blockedSources.remove: its addresses are let in again from the next verification on. Throws BLOCKED_SOURCE_NOT_FOUND. */
export function createRemoveBlockedSource(hitsOf: HitsOf) {
  return (
    context: UseCaseContext,
    input: HandlerInput<'blockedSources.remove'>,
  ): Output<'blockedSources.remove'> =>
    context.command(() => {
      const source = context.db.blockedSources.get(input.blockedSourceId);
      if (source === null) {
        throw new AppError('BLOCKED_SOURCE_NOT_FOUND', 'This source is not blocked any more.');
      }
      // Its hits are forgotten with it.
      const value = viewBlockedSource(source, context.nowMs, hitsOf);
      context.db.blockedSources.delete(source.id);
      return {
        value,
        audit: { action: 'blockedSources.remove', subject: subjectOf(source), before: factsOf(source) },
        changed: ['blockedSources'],
      };
    });
}

/** Addresses and networks in their one writing, each once. Throws INVALID_INPUT. */
export function canonicalNetworks(texts: readonly string[]): readonly string[] {
  const networks = texts.map((text, index) => {
    const path = `networks.${String(index)}`;
    const network = parseNetwork(text);
    if (network === null) {
      throw invalid(path, `${text} is no address or network, such as 203.0.113.9 or 198.51.100.0/24.`);
    }
    const bitsMin = PREFIX_BITS_MIN[network.version];
    if (network.prefixBits < bitsMin) {
      throw invalid(path, `${text} is too wide: block at most a /${String(bitsMin)} at once.`);
    }
    return networkText(network);
  });
  return [...new Set(networks)];
}

function newId(): StoredBlockedSource['id'] {
  return blockedSourceId.parse(`bls_${randomBase62(16, randomBytes)}`);
}

function subjectOf({ id, network }: StoredBlockedSource) {
  return { kind: 'blocked_source', id, name: network } as const;
}

function factsOf({ network, reason, leakId, expiresAt }: StoredBlockedSource) {
  return { network, reason, leakId, expiresAt };
}

function invalid(path: string, message: string): AppError {
  return new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
}
