import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Handoff } from '#contract/handoffs.ts';
import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { Passport } from '#contract/passport.ts';
import type { Seal, SealedFile } from '#contract/sealed.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { handOff, issueInto } from '#main/handoffs/create-handoff.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { getPartner } from '#main/partners/get-partner.ts';
import { getKey } from '#main/keys/get-key.ts';
import { passportHtml } from '#main/passport/passport-html.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { sealToRecipient } from './age-file.ts';
import type { Lock } from './lock.ts';

/** What sealing needs beside the store. */
export interface SealedParts {
  /** Locks one text at a time. */
  readonly lock: Lock;
  readonly passportOf: (context: UseCaseContext, keyId: Handoff['keyId']) => Passport;
}

/** Locks a secret of a key into a file. The file and its words are in the answer alone. Throws as createHandoff does, and
 *  RECIPIENT_KEY_MISSING before anything is made. */
export async function createSealed(
  parts: SealedParts,
  context: UseCaseContext,
  input: HandlerInput<'handoffs.createSealed'>,
): Promise<Output<'handoffs.createSealed'>> {
  const key = getKey(context, input);
  const prepared = await prepare(context, input.seal, key.applicationId);
  let secret = '';
  const { handoff } = context.command(() => {
    const handed = handOff(context, { ...input, channel: 'sealed_file', detail: prepared.detail });
    secret = handed.secret;
    return withoutLink(handed.outcome);
  });
  return { handoff, ...(await lockSecret(parts, context, { input, prepared, handoff, secret })) };
}

/** A key as its template says, and its first secret in a file; nobody on our side sees it. Throws as blindIssue does, and
 *  RECIPIENT_KEY_MISSING before anything is made. */
export async function issueSealed(
  parts: SealedParts,
  context: UseCaseContext,
  input: HandlerInput<'handoffs.issueSealed'>,
): Promise<Output<'handoffs.issueSealed'>> {
  const prepared = await prepare(context, input.seal, input.applicationId);
  let secret = '';
  const { handoff, key } = context.command(() => {
    const handed = issueInto(context, { ...input, channel: 'sealed_file', detail: prepared.detail });
    secret = handed.secret;
    return withoutLink(handed.outcome);
  });
  return { handoff, key, ...(await lockSecret(parts, context, { input, prepared, handoff, secret })) };
}

/** The value without what only links have, as it is kept for repeats: with no file and no words. */
export function withoutLink<T extends { readonly link: string | null; readonly code: string | null }>(
  outcome: CommandOutcome<T>,
): CommandOutcome<Omit<T, 'link' | 'code'> & { readonly file: null; readonly passphrase: null }> {
  const { link: _link, code: _code, ...value } = outcome.value;
  return { ...outcome, value: { ...value, file: null, passphrase: null } };
}

/** How a file will be locked, found to work before a secret is made. */
interface Prepared {
  readonly recipientKey: string | null;
  readonly applicationSlug: string;
  /** For the timeline. */
  readonly detail: string;
}

const DETAILS: Readonly<Record<Exclude<Seal, 'recipient_key'>, string>> = {
  passphrase: 'age file, opened by eight words',
  page: 'page that opens itself with eight words',
};
/** Characters of a recipient key by which people recognise it. */
const KEY_END_CHARACTERS = 8;

async function prepare(context: UseCaseContext, seal: Seal, applicationId: ApplicationId): Promise<Prepared> {
  const { partnerId, slug } = getApplication(context, { applicationId });
  return prepareSeal(context, seal, { partnerId, applicationSlug: slug });
}

/** Finds out whether a file can be locked so, before a secret is made. `partnerId` null: of a partner that is not there yet. Throws
 *  RECIPIENT_KEY_MISSING. */
export async function prepareSeal(
  context: UseCaseContext,
  seal: Seal,
  { partnerId, applicationSlug }: { readonly partnerId: PartnerId | null; readonly applicationSlug: string },
): Promise<Prepared> {
  if (seal !== 'recipient_key') return { recipientKey: null, applicationSlug, detail: DETAILS[seal] };
  const partner = partnerId === null ? null : getPartner(context, { partnerId });
  const { recipientKey, name } = partner ?? { recipientKey: null, name: 'This partner' };
  if (recipientKey === null) {
    throw new AppError(
      'RECIPIENT_KEY_MISSING',
      `${name} has given no recipient key yet. Ask for it on the partner's page, or lock the file with words.`,
    );
  }
  // A rotation whose new secret nobody can open would be worse than none.
  await sealToRecipient(recipientKey, '');
  const detail = `age file for the recipient key …${recipientKey.slice(-KEY_END_CHARACTERS)}`;
  return { recipientKey, applicationSlug, detail };
}

interface ToLock {
  readonly input: { readonly seal: Seal; readonly withPassport: boolean };
  readonly prepared: Prepared;
  readonly handoff: Handoff;
  readonly secret: string;
}

/** The file with the secret, and its words. The secret is kept nowhere else. */
export async function lockSecret(
  { lock, passportOf }: SealedParts,
  context: UseCaseContext,
  { input, prepared, handoff, secret }: ToLock,
): Promise<{ readonly file: SealedFile; readonly passphrase: string | null }> {
  const name = `key-${prepared.applicationSlug}-${handoff.environment}-${handoff.id}`;
  const ageFile = (text: string): SealedFile => ({ name: `${name}.age`, mediaType: 'text/plain', text });
  switch (input.seal) {
    case 'recipient_key': {
      const recipientKey = must(prepared.recipientKey, 'it was looked up before');
      return { file: ageFile(await sealToRecipient(recipientKey, secret)), passphrase: null };
    }
    case 'passphrase': {
      const { text, passphrase } = await lock.asAgeFile(secret);
      return { file: ageFile(text), passphrase };
    }
    case 'page': {
      const passport = input.withPassport ? passportHtml(passportOf(context, handoff.keyId)) : null;
      const { text, passphrase } = await lock.asPage(secret, handoff, passport);
      return { file: { name: `${name}.html`, mediaType: 'text/html', text }, passphrase };
    }
  }
}
