import type { RequestId } from '#contract/ids.ts';
import { BASE62, encodeBase62Fixed } from '#main/domain/base62.ts';
import { atMsOfRow } from './requests-row-id.ts';

/** Ids that we make: `req_`, 8 digits of time, 12 of chance. See verify/request-ids.ts. */
const PREFIX = 'req_';
const TIME_CHARACTERS = 8;
const CHANCE_CHARACTERS = 12;
const CHANCE_START = PREFIX.length + TIME_CHARACTERS;
const OWN_LENGTH = CHANCE_START + CHANCE_CHARACTERS;
const HALF_CHARACTERS = CHANCE_CHARACTERS / 2;
/** Six digits of base62 are 36 bits: both halves together fill these bytes. */
const CHANCE_BYTES = 9;
/** Ids of rows that were only reported. */
const REPORTED = /^req_r([0-9a-z]{1,11})$/;

const DIGIT_OF = new Map([...BASE62].map((digit, value) => [digit.charCodeAt(0), value] as const));
const DIGITS = Uint8Array.from({ length: 128 }, (_none, code) => DIGIT_OF.get(code) ?? 255);

/** An id as the file keeps it: the chance part of one that we made for a request of this time, else the text. */
export function storedRequestId(requestId: string, atMs: number): Buffer | string {
  const own = placeOfOwn(requestId);
  return own !== null && own.atMs === atMs ? own.stored : requestId;
}

/** The id that a stored one stands for; null is that of a row that was only reported. */
export function requestIdOf(stored: Buffer | string | null, rowId: number): RequestId {
  if (typeof stored === 'string') return stored as RequestId;
  if (stored === null) return `req_r${rowId.toString(36)}` as RequestId;
  const time = encodeBase62Fixed(atMsOfRow(rowId), TIME_CHARACTERS);
  const high = stored.readUIntBE(0, 4) * 16 + (stored.readUInt8(4) >> 4);
  const low = (stored.readUInt8(4) & 15) * 2 ** 32 + stored.readUInt32BE(5);
  const chance = encodeBase62Fixed(high, HALF_CHARACTERS) + encodeBase62Fixed(low, HALF_CHARACTERS);
  return `${PREFIX}${time}${chance}` as RequestId;
}

/** Where a row with this id is if we made the id: the time and how the file keeps it; null when it cannot be one of ours. */
export function placeOfOwn(requestId: string): { readonly atMs: number; readonly stored: Buffer } | null {
  if (requestId.length !== OWN_LENGTH || !requestId.startsWith(PREFIX)) return null;
  let atMs = 0;
  for (let index = PREFIX.length; index < CHANCE_START; index += 1) {
    const digit = DIGITS[requestId.charCodeAt(index)] ?? 255;
    if (digit === 255) return null;
    atMs = atMs * 62 + digit;
  }
  const stored = chanceBytes(requestId);
  return stored === null ? null : { atMs, stored };
}

/** The row that an id of a request that was only reported names; null when it is no such id. */
export function rowOfReported(requestId: string): number | null {
  const digits = REPORTED.exec(requestId)?.[1];
  const rowId = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  return Number.isSafeInteger(rowId) ? rowId : null;
}

function chanceBytes(requestId: string): Buffer | null {
  const high = sixDigits(requestId, CHANCE_START);
  const low = sixDigits(requestId, CHANCE_START + HALF_CHARACTERS);
  if (high < 0 || low < 0) return null;
  const bytes = Buffer.allocUnsafe(CHANCE_BYTES);
  // By hand: some 100 ns less than writeUInt32BE for each of a million rows.
  const top = Math.floor(high / 16);
  bytes[0] = top >>> 24;
  bytes[1] = top >>> 16;
  bytes[2] = top >>> 8;
  bytes[3] = top;
  bytes[4] = ((high % 16) << 4) | Math.floor(low / 2 ** 32);
  const end = low % 2 ** 32;
  bytes[5] = end >>> 24;
  bytes[6] = end >>> 16;
  bytes[7] = end >>> 8;
  bytes[8] = end;
  return bytes;
}

function sixDigits(text: string, start: number): number {
  let value = 0;
  for (let index = start; index < start + HALF_CHARACTERS; index += 1) {
    const digit = DIGITS[text.charCodeAt(index)] ?? 255;
    if (digit === 255) return -1;
    value = value * 62 + digit;
  }
  return value;
}
