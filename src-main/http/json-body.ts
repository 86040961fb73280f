import { isUtf8 } from 'node:buffer';

/** A body as data, or one sentence saying why it is not. */
export type JsonResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** Nesting that is enough for every body of ours; imports of parsed OpenAPI documents go deeper. */
export const JSON_DEPTH_MAX = 16;
export const JSON_IMPORT_DEPTH_MAX = 100;

/** Parses strict JSON in UTF-8. Refuses nesting above `depthMax` before parsing, and objects that name a member twice:
 *  two readers of such a text may each see another value. A `__proto__` member stays a plain own member that no schema knows. */
export function parseJsonBody(body: Buffer, depthMax: number): JsonResult {
  if (body.length === 0) return refused('The body is empty. Send JSON.');
  if (!isUtf8(body)) return refused('The body is not UTF-8.');
  return parseJsonText(body.toString('utf8'), depthMax);
}

/** As parseJsonBody, for text that is known to be well-formed Unicode (a line of NDJSON). */
export function parseJsonText(text: string, depthMax: number): JsonResult {
  const shape = scan(text, depthMax);
  if (shape.isTooDeep) return refused(`The JSON is nested more than ${String(depthMax)} levels deep.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('The body is not valid JSON.');
  }
  // Every colon outside a string belongs to one member; fewer members after parsing means that one overwrote another.
  if (countMembers(value) !== shape.memberCount) return refused('A field is there twice. Send it once.');
  return { ok: true, value };
}

function refused(message: string): JsonResult {
  return { ok: false, message };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function scan(text: string, depthMax: number): { readonly isTooDeep: boolean; readonly memberCount: number } {
  let depth = 0;
  let memberCount = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > depthMax) return { isTooDeep: true, memberCount };
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x3a: // :
        memberCount += 1;
        break;
      default:
    }
  }
  return { isTooDeep: false, memberCount };
}

/** Index of the quote that ends the string starting at `start`; the text's length when it never ends. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const member of Object.values(value)) {
    if (typeof member === 'object') count += countMembers(member);
  }
  return count;
}
