import { z } from 'zod';
import { cidr } from './bindings.ts';
import { blockedSourceId, keyId, leakId, timestampMs } from './ids.ts';
import { reasonText } from './names.ts';
import { command, query } from './procedure.ts';

/** Blocked sources that there may be. */
export const BLOCKED_SOURCES_MAX = 10_000;
/** Addresses and networks of one command. */
export const BLOCKED_AT_ONCE_MAX = 100;
/** Networks with fewer leading bits are refused: one slip would turn away half of the world. */
export const PREFIX_BITS_MIN = { 4: 8, 6: 16 } as const;
/** Good requests of so many days are looked at before a source is blocked. */
export const GOOD_TRAFFIC_DAYS = 7;

/** Addresses from which no key may be used, whichever it is. */
export const blockedSource = z
  .object({
    id: blockedSourceId,
    /** As it is written everywhere: `203.0.113.9`, `198.51.100.0/24`, `2001:db8::/32`. */
    network: z.string(),
    reason: z.string(),
    /** The incident that it belongs to. */
    leakId: leakId.nullable(),
    addedAt: timestampMs,
    addedBy: z.string(),
    /** From then on it is let in again; null = never by itself. */
    expiresAt: timestampMs.nullable(),
    isEnded: z.boolean(),
    /** Calls that it refused since the program started. */
    hits: z.int(),
    lastHitAt: timestampMs.nullable(),
  })
  .readonly();
export type BlockedSource = z.infer<typeof blockedSource>;

/** What blocking a network would stop that was good lately. */
export const blockPreview = z
  .object({
    network: z.string(),
    /** What it is in already: the same network or a wider one. */
    blockedBy: z.string().nullable(),
    /** Good requests from it in the last GOOD_TRAFFIC_DAYS days; null while the request log does not answer. */
    goodTraffic: z
      .object({
        requests: z.int(),
        /** false: at least so many, because the search took too long. */
        isExact: z.boolean(),
        /** Whose they were, most requests first, at most 12. */
        keys: z
          .array(
            z
              .object({
                keyId,
                name: z.string(),
                applicationName: z.string(),
                partnerName: z.string(),
                requests: z.int(),
              })
              .readonly(),
          )
          .readonly(),
        /** Where they came from, at most 12. */
        addresses: z.array(z.string()).readonly(),
      })
      .readonly()
      .nullable(),
  })
  .readonly();
export type BlockPreview = z.infer<typeof blockPreview>;

const networks = z.array(cidr).min(1).max(BLOCKED_AT_ONCE_MAX).readonly();

export const blockedSourceProcedures = {
  /** Newest first, at most BLOCKED_SOURCES_MAX; those that have ended stay for thirty days. */
  'blockedSources.list': query(
    'viewer',
    z.strictObject({}),
    z.object({ items: z.array(blockedSource).readonly() }),
  ),
  /** Whom a block would stop. `exceptKeyId`: a key whose requests are no good ones, because it leaked. */
  'blockedSources.preview': query(
    'viewer',
    z.strictObject({ networks, exceptKeyId: keyId.optional() }),
    z.object({ items: z.array(blockPreview).readonly() }),
  ),
  /** From the next verification on, requests whose service tells an address in one of the networks are refused before the key is
   *  looked up. A network that is blocked already gets this reason and this end. */
  'blockedSources.add': command(
    'admin',
    z.strictObject({
      networks,
      reason: reasonText,
      expiresAt: timestampMs.nullable().default(null),
      leakId: leakId.nullable().default(null),
    }),
    z.object({ items: z.array(blockedSource).readonly() }),
    ['LEAK_NOT_FOUND'],
  ),
  'blockedSources.remove': command('admin', z.strictObject({ blockedSourceId }), blockedSource, [
    'BLOCKED_SOURCE_NOT_FOUND',
  ]),
} as const;
