import { QUESTIONS_MAX } from '#contract/access-requests.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { noteText } from '#contract/names.ts';
import type { UseCaseContext } from '#main/context.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { publicAddress } from '#main/handoffs/public-address.ts';
import { AppError } from '#main/platform/app-error.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { createAccessThreadQueries } from '#main/sqlite/access-thread-queries.ts';
import { loadUndecided, viewAccessRequest } from './access-request-view.ts';
import type { ContactWords } from './contact-code.ts';
import { questionToken, statusHash } from './page-token.ts';
import { KEY_TEXT_PROBLEM, refuseKeyText } from './refuse-key-text.ts';
import { tellQuestion } from './tell-contact.ts';

/** Asks the applicant. Throws ACCESS_REQUEST_NOT_FOUND, and WRONG_STATUS when it is decided, waits for an answer already, or was asked
 *  QUESTIONS_MAX times. */
export function askBack(
  context: UseCaseContext,
  { accessRequestId, question }: HandlerInput<'accessRequests.ask'>,
): Output<'accessRequests.ask'> {
  refuseKeyText('question', question);
  return context.command(() => {
    const request = loadUndecided(context, accessRequestId);
    const thread = createAccessThreadQueries(context.db.handle);
    const place = placeOfNext(request, thread.last(request.id)?.place ?? -1);
    const token = questionToken(context.keyring, request.id, place);
    const asked = {
      ...request,
      state: 'asked' as const,
      questionHash: statusHash(context.keyring, token),
    };
    context.db.accessRequests.update(asked);
    thread.add(request.id, { place, author: context.actor.name, text: question, at: context.nowMs });
    const told = tellQuestion(context, asked, wordsOf(context, asked, { question, token }));
    return joinOutcomes(told.mailed, {
      value: { accessRequest: viewAccessRequest(context, asked), notice: told.notice },
      audit: {
        action: 'accessRequests.ask',
        subject: { kind: 'access_request', id: request.id, name: request.application },
        before: { state: request.state },
        after: { state: 'asked', question },
      },
      changed: ['accessRequests'],
    });
  });
}

/** An answer as the page sends it. */
export interface SentAnswer {
  readonly text: string;
  /** Place of the question that it answers, as the form says it. */
  readonly place: string;
}

/** What came of an answer. `late`: nothing is asked, or something else. */
export type AnswerOutcome =
  | { readonly kind: 'answered' | 'late' }
  /** `text`: as it can be shown again. */
  | { readonly kind: 'unread'; readonly problem: string; readonly text: string };

/** Longest text that is read of an answer; it may have less. */
const ANSWER_CHARACTERS_MAX = 4_000;

/** Takes what an applicant answers: once for each question. */
export function answerQuestion(
  context: UseCaseContext,
  stored: StoredAccessRequest,
  sent: SentAnswer,
): AnswerOutcome {
  const thread = createAccessThreadQueries(context.db.handle);
  const last = thread.last(stored.id);
  if (stored.state !== 'asked' || last === null || String(last.place) !== sent.place) return { kind: 'late' };
  const typed = sent.text.slice(0, ANSWER_CHARACTERS_MAX).toWellFormed().replaceAll('\r\n', '\n');
  const shown = redactKeys(typed);
  if (shown !== typed) return { kind: 'unread', problem: KEY_TEXT_PROBLEM, text: shown };
  const read = noteText.min(1, 'Write an answer.').safeParse(typed);
  if (!read.success) {
    return {
      kind: 'unread',
      problem: read.error.issues[0]?.message ?? 'This cannot be read.',
      text: shown,
    };
  }
  context.command(() => {
    context.db.accessRequests.update({ ...stored, state: 'open' });
    thread.add(stored.id, { place: last.place + 1, author: null, text: read.data, at: context.nowMs });
    return {
      value: null,
      audit: {
        action: 'accessRequests.answer',
        subject: { kind: 'access_request', id: stored.id, name: stored.application },
        before: { state: 'asked' },
        after: { state: 'open' },
      },
      changed: ['accessRequests'],
    };
  });
  return { kind: 'answered' };
}

/** Questions have the even places, answers the odd ones. */
function placeOfNext({ state }: StoredAccessRequest, lastPlace: number): number {
  if (state === 'asked') {
    throw new AppError('WRONG_STATUS', 'This request waits for the answer to another question already.');
  }
  const place = lastPlace + 1;
  if (place < 2 * QUESTIONS_MAX) return place;
  throw new AppError(
    'WRONG_STATUS',
    `This applicant was asked ${String(QUESTIONS_MAX)} times. Write to the contact, or decide.`,
  );
}

function wordsOf(
  { db }: UseCaseContext,
  { application, contactEmail, reference }: StoredAccessRequest,
  { question, token }: { readonly question: string; readonly token: string },
): ContactWords {
  const address = publicAddress(readSettings(db).publicUrl);
  const where =
    address.kind === 'open'
      ? `Answer on the page of the request:\n\n    ${address.url}/request-access/${token}`
      : 'Answer on the page of your request, whose address you saw when you sent it.';
  const paragraphs = [
    'Hello,',
    `somebody asked for an API key for “${application}” and named this address as its contact (request ${reference}). Before we decide we would like to know:`,
    question,
    where,
    'Never send a key. If it was not you, you need not do anything.',
  ];
  return {
    to: contactEmail,
    subject: `Request ${reference}: a question`,
    text: `${paragraphs.join('\n\n')}\n`,
  };
}
