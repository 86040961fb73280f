import type { Handoff } from '#contract/handoffs.ts';
import { makeCode } from '#main/domain/handoff-code.ts';
import { momentText } from '#main/domain/verification.ts';
import { randomBytes } from '#main/platform/random.ts';
import { sealWithPassphrase } from './age-file.ts';
import { sealForPage } from './page-cipher.ts';
import { sealedPage } from './sealed-page.ts';

/** Words of a passphrase: 8 × 9 bits = 72 bits. A file can be guessed at for ever, on any number of machines; a link cannot. */
const PASSPHRASE_WORDS = 8;

/** A locked text and the words that open it. Neither is kept here. */
interface Locked {
  readonly text: string;
  readonly passphrase: string;
}

/** Locks texts with words of its own, one after the other: each takes a processor and up to 256 MB for a second. */
export interface Lock {
  readonly asAgeFile: (secret: string) => Promise<Locked>;
  /** `passport` is markup; null: none. */
  readonly asPage: (secret: string, handoff: Handoff, passport: string | null) => Promise<Locked>;
}

/** Makes a lock. It knows what is running, so there must be one for all doors. */
export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = Promise.allSettled([mine]);
    return mine;
  };
  return {
    asAgeFile: (secret) =>
      inTurn(async () => {
        const passphrase = makeCode(randomBytes, PASSPHRASE_WORDS);
        return { passphrase, text: await sealWithPassphrase(passphrase, secret) };
      }),
    asPage: (secret, handoff, passportHtml) =>
      inTurn(async () => {
        const passphrase = makeCode(randomBytes, PASSPHRASE_WORDS);
        const content = await sealForPage(passphrase, secret);
        const { createdBy: from, recipientName, keyName, applicationName, environment, message } = handoff;
        const until = handoff.expiresAt === null ? 'it expires' : momentText(handoff.expiresAt);
        const words = { from, recipientName, keyName, applicationName, environment, message, until };
        return { passphrase, text: sealedPage(content, { ...words, passportHtml }) };
      }),
  };
}
