import { z } from 'zod';
import type { KeyFilter } from '#contract/keys.ts';
import { crc32 } from '#contract/crc32.ts';
import { AppError } from '#main/platform/app-error.ts';

/** Where a page ended. */
export interface PageEnd {
  readonly sortValue: string | number;
  readonly id: string;
}

/** What a cursor belongs to. */
export interface ListOrder {
  readonly filter: KeyFilter;
  readonly sort: string;
}

const content = z.tuple([z.number(), z.union([z.string(), z.number()]), z.string()]);

/** Opaque text for the next page. Holds the last row's place and a fingerprint of filter and sort. */
export function encodeCursor(end: PageEnd, order: ListOrder): string {
  return Buffer.from(JSON.stringify([fingerprint(order), end.sortValue, end.id])).toString('base64url');
}

/** Reads a cursor. Throws INVALID_INPUT when it is none, or belongs to another filter or sort. */
export function decodeCursor(text: string, order: ListOrder): PageEnd {
  const parsed = content.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data[0] !== fingerprint(order)) {
    const message = 'This cursor belongs to another list. Start again at the first page.';
    throw new AppError('INVALID_INPUT', `cursor: ${message}`, [{ path: 'cursor', message }]);
  }
  return { sortValue: parsed.data[1], id: parsed.data[2] };
}

function fingerprint(order: ListOrder): number {
  return crc32(JSON.stringify([order.sort, order.filter]));
}

/** Undefined when the text is no JSON: the schema refuses it then. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
