/** What a refused caller may ask for without typing it. */
export interface RefusedEndpoint {
  /** Slug of the service that asked. */
  readonly service: string;
  readonly method: string;
  /** As refusals show it: without query string and keys. */
  readonly path: string;
}

/** A keyed hash of a text, as characters that a URL may hold; always of the same length. */
export type AskMac = (text: string) => string;

/** How long a link of a refusal says by itself what was refused. */
const LIFE_MS = 24 * 3_600_000;
/** Ends stand on whole hours, so that a link looks the same all hour. */
const STEP_MS = 3_600_000;

const TOKEN = /^([0-9a-z]{1,8})\.([0-9A-Za-z_-]{16,64})$/;

/** Proves that this endpoint was refused here, for a day to 25 hours. It says nothing beside that: no key, no caller, no secret. */
export function makeAskToken(mac: AskMac, refused: RefusedEndpoint, nowMs: number): string {
  const endStep = (Math.ceil(nowMs / STEP_MS) + LIFE_MS / STEP_MS).toString(36);
  return `${endStep}.${mac(signedText(refused, endStep))}`;
}

/** Was this token made here for exactly this endpoint, and is it still good? Takes as long for every wrong hash. */
export function isAskToken(mac: AskMac, refused: RefusedEndpoint, token: string, nowMs: number): boolean {
  const [, endStep = '', given = ''] = TOKEN.exec(token) ?? [];
  if (endStep === '') return false;
  const isRight = isSameText(given, mac(signedText(refused, endStep)));
  return isRight && nowMs < Number.parseInt(endStep, 36) * STEP_MS;
}

/** No part can hold a line break: the method is a word, the slug too, and the path comes last. */
function signedText({ service, method, path }: RefusedEndpoint, endStep: string): string {
  return `${endStep}\n${service}\n${method}\n${path}`;
}

function isSameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; index += 1) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  }
  return difference === 0;
}
