import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChainHead } from '#main/domain/audit-chain.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { writeFileAtomic } from '#main/platform/write-file-atomic.ts';

/** What is kept outside the table: without it, cutting off the newest events could not be seen. */
export type AnchoredHead =
  | { readonly kind: 'head'; readonly head: ChainHead }
  /** No file: only right for an empty trail. */
  | { readonly kind: 'missing' }
  /** Not readable, or not written with our key. */
  | { readonly kind: 'forged'; readonly detail: string };

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const headFile = z.strictObject({ count: z.int().min(0), hash: hex64, mac: hex64 });

/** Text of the head file and of the head in a backup's manifest. */
export function headText(head: ChainHead, keyring: Keyring): string {
  return `${JSON.stringify({ count: head.count, hash: head.hash, mac: headMac(head, keyring).toString('hex') })}\n`;
}

/** Replaces the head file. Throws when the disk refuses; the trail itself is committed by then. */
export function writeAuditHead(path: string, head: ChainHead, keyring: Keyring): void {
  writeFileAtomic(path, headText(head, keyring));
}

/** Reads the head file and checks that we wrote it. */
export function readAuditHead(path: string, keyring: Keyring): AnchoredHead {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'missing' };
    throw error;
  }
  const parsed = headFile.safeParse(jsonOrNull(text));
  if (!parsed.success) return { kind: 'forged', detail: 'audit-head.json is not readable.' };
  const { count, hash, mac } = parsed.data;
  if (!timingSafeEqual(Buffer.from(mac, 'hex'), headMac({ count, hash }, keyring))) {
    return { kind: 'forged', detail: 'audit-head.json was not written by this installation.' };
  }
  return { kind: 'head', head: { count, hash } };
}

function headMac(head: ChainHead, keyring: Keyring): Buffer {
  return keyring.auditMac(`audit head ${String(head.count)} ${head.hash}`);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is an expected answer here: the schema refuses null.
    return null;
  }
}
