import { z } from 'zod';
import { keyId } from './ids.ts';
import { environment } from './key-policy.ts';
import { query } from './procedure.ts';

/** What the board looks for. Each is a filter of `keys.list`, so that a figure is the number of rows behind its link. */
export const HYGIENE_KINDS = [
  'sharing',
  'nearExpiry',
  'overScoped',
  'neverUsed',
  'idle',
  'noExpiry',
  'noLimit',
  'missingContact',
] as const;
export const hygieneKind = z.enum(HYGIENE_KINDS);
export type HygieneKind = z.infer<typeof hygieneKind>;

/** Keys that are named in each kind. */
export const HYGIENE_KEYS_MAX = 5;

/** Distinct callers, networks or programs of a key that are told apart in a time; more are told as this many. */
export const CALLERS_TOLD_MAX = 500;

/** Who uses a key, and what speaks for it being shared: the last 24 hours beside the busiest of the 28 days before. A caller is one
 *  address with one agent. */
const sharingEvidence = z.object({
  callers: z.int(),
  callersADay: z.int(),
  /** In the last 7 days, from the start of the first of them (UTC). */
  callersWeek: z.int(),
  networks: z.int(),
  networksADay: z.int(),
  /** Never seen in the 28 days before, by name, at most 20: `203.0.113.0/24`. */
  newNetworks: z.array(z.string()).readonly(),
  agents: z.int(),
  agentsADay: z.int(),
  newAgents: z.array(z.string()).readonly(),
  /** Of the 28 days before, those with requests. */
  baselineDays: z.int(),
});
export type SharingEvidence = z.infer<typeof sharingEvidence>;

export const hygieneProcedures = {
  /** Who uses keys: for the rows of a list that are in view, and for the page of one. `evidence` is null without a request in the
   *  last 29 days. UNAVAILABLE while the request log is down. */
  'hygiene.callers': query(
    'viewer',
    z.strictObject({ keyIds: z.array(keyId).min(1).max(200).readonly() }),
    z
      .array(z.object({ keyId, isSuspected: z.boolean(), evidence: sharingEvidence.readonly().nullable() }))
      .readonly(),
  ),
  /** Keys in use that somebody should look at, by kind. `count` is null when the request log, which knows it, is down. */
  'hygiene.board': query(
    'viewer',
    z.strictObject({ environment: environment.optional() }),
    z.object({
      items: z
        .array(
          z.object({
            kind: hygieneKind,
            count: z.int().nullable(),
            /** The first few, in the order of the list behind the link. */
            keys: z
              .array(
                z.object({
                  keyId,
                  name: z.string(),
                  environment,
                  applicationName: z.string(),
                  /** Only of `sharing`. */
                  sharing: sharingEvidence.nullable(),
                  /** Only of `overScoped`: allow rules that decided nothing in 29 days, at most 20. */
                  unusedRules: z.array(z.string()).readonly(),
                }),
              )
              .readonly(),
          }),
        )
        .readonly(),
    }),
  ),
} as const;
