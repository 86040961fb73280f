import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ChainHead } from '#main/domain/audit-chain.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { readJson } from '#main/platform/read-json.ts';
import { writeFileAtomic } from '#main/platform/write-file-atomic.ts';

/** What is known about the trail outside the table: without it, cutting off the newest events could not be seen. */
export interface Anchor {
  readonly head: ChainHead;
  /** Why the trail cannot be trusted up to this head, found at some start; null when all was well. Stays until a
   *  backup is restored, so that the next command does not paper over a cut. */
  readonly broken: string | null;
  /** seq of the first event that was bad or missing when the break was found; null when all is well. Later commands go on
   *  appending, so the table alone cannot tell it any more. */
  readonly firstBad: number | null;
}

/** What was read. */
export type AnchorFinding =
  | ({ readonly kind: 'anchor' } & Anchor)
  /** No file: only right for an empty trail. */
  | { readonly kind: 'missing' }
  /** Not readable, or not written with our key. */
  | { readonly kind: 'forged' };

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const anchorFile = z.strictObject({
  count: z.int().min(0),
  hash: hex64,
  broken: z.string().nullable(),
  firstBad: z.int().min(1).nullable().default(null),
  mac: hex64,
});

/** Replaces the file. Throws when the disk refuses; the trail itself is committed by then. */
export function writeAnchor(path: string, anchor: Anchor, keyring: Keyring): void {
  const { head, broken, firstBad } = anchor;
  const mac = anchorMac(anchor, keyring).toString('hex');
  writeFileAtomic(path, `${JSON.stringify({ count: head.count, hash: head.hash, broken, firstBad, mac })}\n`);
}

/** Reads the file and checks that we wrote it. */
export function readAnchor(path: string, keyring: Keyring): AnchorFinding {
  const content = readJson(path);
  if (content === undefined) return { kind: 'missing' };
  const parsed = anchorFile.safeParse(content);
  if (!parsed.success) return { kind: 'forged' };
  const { count, hash, broken, firstBad, mac } = parsed.data;
  const anchor = { head: { count, hash }, broken, firstBad };
  if (!timingSafeEqual(Buffer.from(mac, 'hex'), anchorMac(anchor, keyring))) return { kind: 'forged' };
  return { kind: 'anchor', ...anchor };
}

function anchorMac({ head, broken, firstBad }: Anchor, keyring: Keyring): Buffer {
  const signed = ['audit head', head.count, head.hash, broken];
  // Absent as in files written before it was known, which stay good.
  return keyring.auditMac(JSON.stringify(firstBad === null ? signed : [...signed, firstBad]));
}
