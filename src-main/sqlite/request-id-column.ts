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
export const OWN_BYTES = 9;
/** Ids of rows that were only reported. */
const REPORTED = /^req_r([0-9a-z]{1,11})$/;

const DIGIT_OF = new Map([...BASE62].map((digit, value) => [digit.charCodeAt(0), value] as const));
const DIGITS = Uint8Array.from({ length: 128 }, (_none, code) => DIGIT_OF.get(code) ?? 255);

/** Writes what the file keeps of an id that we made for a request of this time: OWN_BYTES. False and nothing of use for other ids. */
export function writeOwnId(requestId: string, atMs: number, into: Uint8Array, offset: number): boolean {
  return timeOfOwn(requestId) === atMs && writeChance(requestId, into, offset);
}

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
  const atMs = timeOfOwn(requestId);
  const stored = Buffer.alloc(OWN_BYTES);
  return atMs >= 0 && writeChance(requestId, stored, 0) ? { atMs, stored } : null;
}

/** The row that an id of a request that was only reported names; null when it is no such id. */
export function rowOfReported(requestId: string): number | null {
  const digits = REPORTED.exec(requestId)?.[1];
  const rowId = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  return Number.isSafeInteger(rowId) ? rowId : null;
}

/** The time in an id of ours; -1 when it cannot be one. */
function timeOfOwn(requestId: string): number {
  if (requestId.length !== OWN_LENGTH || !requestId.startsWith(PREFIX)) return -1;
  let atMs = 0;
  for (let index = PREFIX.length; index < CHANCE_START; index += 1) {
    const digit = DIGITS[requestId.charCodeAt(index)] ?? 255;
    if (digit === 255) return -1;
    atMs = atMs * 62 + digit;
  }
  return atMs;
}

function writeChance(requestId: string, into: Uint8Array, offset: number): boolean {
  const high = sixDigits(requestId, CHANCE_START);
  const low = sixDigits(requestId, CHANCE_START + HALF_CHARACTERS);
  if (high < 0 || low < 0) return false;
  const top = Math.floor(high / 16);
  into[offset] = top >>> 24;
  into[offset + 1] = top >>> 16;
  into[offset + 2] = top >>> 8;
  into[offset + 3] = top;
  into[offset + 4] = ((high % 16) << 4) | Math.floor(low / 2 ** 32);
  const end = low % 2 ** 32;
  into[offset + 5] = end >>> 24;
  into[offset + 6] = end >>> 16;
  into[offset + 7] = end >>> 8;
  into[offset + 8] = end;
  return true;
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
