import type { AccessRequestId } from '#contract/ids.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { TOKEN_CHARACTERS } from '#main/domain/handoff-code.ts';
import type { Keyring } from '#main/platform/keyring.ts';

/** Token of the page of a request, which its applicant keeps: the same for the same form, and guessed by nobody. */
export function statusToken(keyring: Keyring, formId: string): string {
  return tokenOf(keyring, 'latchkey access status v1', formId);
}

/** Token in the link of a question: of the same page, for the contact, who may not be who sent the form. `place`: of the question. */
export function questionToken(keyring: Keyring, id: AccessRequestId, place: number): string {
  return tokenOf(keyring, 'latchkey access question v1', `${id}\n${String(place)}`);
}

/** Under which a request is found by either token. */
export function statusHash(keyring: Keyring, token: string): Buffer {
  return keyring.hash(`latchkey access token v1\n${token}`);
}

/** Under which a form is known when it is sent once more. */
export function formHash(keyring: Keyring, token: string): Buffer {
  return keyring.hash(`latchkey access form v1\n${token}`);
}

/** Made of a text by a keyed hash. */
function tokenOf(keyring: Keyring, label: string, text: string): string {
  let round = 0;
  return randomBase62(TOKEN_CHARACTERS, (count) => {
    const parts: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      round += 1;
      parts.push(keyring.hash(`${label}\n${String(round)}\n${text}`));
    }
    return Buffer.concat(parts).subarray(0, count);
  });
}
