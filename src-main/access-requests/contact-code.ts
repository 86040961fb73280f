import { timingSafeEqual } from 'node:crypto';
import type { AccessRequestId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';

/** Digits of a code: 30 bits. Who guesses has CONTACT_TRIES_MAX tries, and needs the address of the request's own page first. */
const DIGITS = 9;
const CODES = 10 ** DIGITS;
/** Above the last whole multiple of CODES bytes are drawn anew: keeping them would favour some codes. */
const FAIR = Math.floor(2 ** 32 / CODES) * CODES;

/** Words for the contact. */
export interface ContactWords {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A request that waits for a new code, and the words that bring the code to the contact. The code itself is kept nowhere. */
export function withContactCode(
  context: UseCaseContext,
  request: StoredAccessRequest,
  link: string | null,
): { readonly request: StoredAccessRequest; readonly notice: ContactWords } {
  const digits = makeDigits();
  return {
    request: { ...request, contactTries: 0, contactCodeHash: codeHash(context.keyring, request.id, digits) },
    notice: noticeOf(request, digits, link),
  };
}

/** Is this the code of the request? Spaces and hyphens do not matter. */
export function isContactCode(keyring: Keyring, request: StoredAccessRequest, typed: string): boolean {
  const digits = typed.slice(0, 64).replaceAll(/[^0-9]/g, '');
  const { contactCodeHash } = request;
  return contactCodeHash !== null && timingSafeEqual(contactCodeHash, codeHash(keyring, request.id, digits));
}

function makeDigits(): string {
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = randomBytes(4);
    const value = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    if (value < FAIR) return String(value % CODES).padStart(DIGITS, '0');
  }
}

function codeHash(keyring: Keyring, id: AccessRequestId, digits: string): Buffer {
  return keyring.hash(`latchkey access code v1\n${id}\n${digits}`);
}

function noticeOf(
  { application, contactEmail, reference }: StoredAccessRequest,
  digits: string,
  link: string | null,
): ContactWords {
  const code = digits.replaceAll(/(\d{3})(?=\d)/g, '$1 ');
  const paragraphs = [
    'Hello,',
    `somebody asked for an API key for “${application}” and named this address as its contact (request ${reference}).`,
    `If that was you, enter this code on the page of your request, whose address you saw when you sent it:\n\n    ${code}`,
    ...(link === null
      ? []
      : [
          `The key waits behind this link, which shows it once. You need six words for it, which come to you by another way:\n\n    ${link}`,
        ]),
    'If it was not you, do not pass the code on, and tell whoever runs the API.',
  ];
  return {
    to: contactEmail,
    subject: `Request ${reference}: confirm this address`,
    text: `${paragraphs.join('\n\n')}\n`,
  };
}
