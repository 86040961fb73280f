import type { AccessRequest, AccessRequestDetail, AccessRequestState } from '#contract/access-requests.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { ChipTone } from '#renderer/ui/chip.tsx';

/** Every state as a word and the colour of its chip. */
export const STATE_WORDS: Readonly<
  Record<AccessRequestState, { readonly word: string; readonly tone: ChipTone }>
> = {
  open: { word: 'Open', tone: 'info' },
  asked: { word: 'Asked back', tone: 'plain' },
  approved: { word: 'Approved', tone: 'ok' },
  rejected: { word: 'Rejected', tone: 'plain' },
  merged: { word: 'Merged', tone: 'plain' },
};

/** Waits it for us, or for its applicant? Either can be decided. */
export function isUndecided({ state }: Pick<AccessRequest, 'state'>): boolean {
  return state === 'open' || state === 'asked';
}

/** What somebody should know of a request before opening it; null when there is nothing. */
export function attentionOf(request: AccessRequest): string | null {
  if (waitsForContact(request)) return 'Contact not confirmed';
  if (request.mergedInto !== null) return `Into ${request.mergedInto.reference}`;
  if (request.state !== 'open') return null;
  if (request.isStale) return 'Waits for over 3 days';
  if (request.answeredAt !== null) return 'Applicant answered';
  return request.similarCount > 0 ? `${counted(request.similarCount, 'similar request')}` : null;
}

/** A key was granted, and nobody has shown yet that the contact can be reached. Other limits wait for nobody. */
export function waitsForContact({ state, contactConfirmedAt, keyId, grantedKeyId }: AccessRequest): boolean {
  return state === 'approved' && contactConfirmedAt === null && grantedKeyId !== keyId;
}

/** What it is about, in a few words. */
export function aboutOf({ endpoints, keyId }: Pick<AccessRequest, 'endpoints' | 'keyId'>): string {
  const [first] = endpoints;
  const more = endpoints.length - 1;
  const what = first === undefined ? 'Nothing' : `${first.method} ${first.path}`;
  const all = more > 0 ? `${what} and ${counted(more, 'more', 'more')}` : what;
  return keyId === null ? all : `More for a key: ${all}`;
}

/** In which things two requests are the same, in words. */
export function sameWords(same: AccessRequestDetail['similar'][number]['same']): string {
  const words = { application: 'application', contact: 'contact', endpoints: 'endpoints' } as const;
  return `Same ${same.map((thing) => words[thing]).join(', ')}`;
}

/** How far the contact is known. */
export function contactWords(request: AccessRequest): string {
  const { contactConfirmedAt, isCodeWaiting } = request;
  if (contactConfirmedAt !== null) return 'confirmed';
  if (isCodeWaiting) return 'a code was made and not entered yet';
  return isUndecided(request) ? 'not confirmed; approving makes a code' : 'not confirmed';
}
