import { CONTACT_TRIES_MAX } from '#contract/access-requests.ts';
import type { AskStatus } from '#main/access-requests/access-desk.ts';
import type { AnswerOutcome } from '#main/access-requests/ask-back.ts';
import type { CodeOutcome } from '#main/access-requests/confirm-contact.ts';
import { accessForm, type ShownForm } from './access-form.ts';
import { threadParts } from './access-thread.ts';
import type { AnsweredPage } from './handoff-pages.ts';
import { type Markup, markup } from './markup.ts';
import { moment } from './moment.ts';

/** The address of the settings that people may ask; null = none. */
type Contact = string | null;

/** The form; with problems it says that nothing was sent. */
export function formPage(shown: ShownForm, status: 200 | 422 | 429 | 503, waitMs = 0): AnsweredPage {
  const isRefused = status !== 200;
  return {
    status,
    title: isRefused ? 'Ask for a key: not sent yet' : 'Ask for a key',
    main: accessForm(shown),
    canSubmit: true,
    ...(waitMs > 0 ? { headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) } } : {}),
  };
}

/** Where nobody can ask by a form: whom to write to. */
export function closedPage(contact: Contact): AnsweredPage {
  return {
    status: 200,
    title: 'Ask for access',
    main: markup`<p>The API you called is protected by keys. You need one, or yours does not reach the endpoint you called.</p>
<p>${contact === null ? 'Write to the people who gave you the address of the API.' : markup`Write to <a href="mailto:${contact}">${contact}</a>. They manage its keys.`}</p>
<p>Tell them: the name of your application and your team, the method and path you want to call, how often, what for, and the request id of the refusal if you have one.</p>
<p>Never send a key itself. Its first part, up to the last underscore, is enough to recognise it.</p>
<p><a href="policy">What we want of everybody who has a key</a></p>`,
  };
}

/** What came of what was just sent from the applicant's page. */
export interface SentOutcome {
  readonly code?: CodeOutcome;
  readonly answer?: AnswerOutcome;
}

/** The applicant's own page. */
export function statusPage(status: AskStatus, sent: SentOutcome, contact: Contact): AnsweredPage {
  const { reference, into } = status;
  const isWrong =
    (sent.code !== undefined && sent.code.kind !== 'confirmed') ||
    (sent.answer !== undefined && sent.answer.kind !== 'answered');
  const decided = into ?? status;
  return {
    status: isWrong ? 422 : 200,
    title: `Request ${reference}: ${into === null ? WORDS[status.state] : `together with ${into.reference}, which ${STANDS[into.state]}`}`,
    canSubmit: true,
    main: markup`<p>${status.state === 'merged' ? mergedSentence(status) : sentence(status)}</p>
${decided.answer === '' ? null : markup`<h2>${decided.state === 'rejected' ? 'Why' : 'What we say'}</h2><p class="note">${decided.answer}</p>`}
${threadParts(status, sent.answer ?? null)}
${confirmation(status, sent.code ?? null)}
${facts(status)}
<p class="hint">${status.thread.length === 0 ? 'Keep the address of this page: it is the only way back here, and nobody else has it.' : `Keep the address of this page: it is your way back here. With our question ${status.contactEmail} got an address of the same page.`}</p>
${contact === null ? null : markup`<p class="hint">Questions? Write to <a href="mailto:${contact}">${contact}</a> and name ${reference}.</p>`}`,
  };
}

/** A key that nobody had to approve. Link and words are told this once. */
export function grantedPage(
  granted: { readonly link: string; readonly code: string },
  parts: { readonly token: string; readonly status: AskStatus | null },
): AnsweredPage {
  return {
    status: 200,
    title: 'Your test key is ready',
    hasCopy: true,
    main: markup`<p>Open the link and enter the six words. Both are shown here only.</p>
<label for="link">Link</label><textarea id="link" data-copy rows="3" readonly spellcheck="false">${granted.link}</textarea>
<label for="words">Six words</label><textarea id="words" data-copy rows="2" readonly spellcheck="false">${granted.code}</textarea>
<p><a href="request-access/${parts.token}">The page of your request</a>: keep its address.${parts.status?.isCodeWaiting === true ? ' There you enter the code that comes to your contact address; the key works from then on.' : ''}</p>`,
  };
}

/** No request stands behind this address. */
export function unknownPage(contact: Contact): AnsweredPage {
  return {
    status: 404,
    title: 'No request here',
    main: markup`<p>There is no request at this address, or it is so old that it is not kept any more.</p>
<p><a href="../request-access">Ask for a key</a>${contact === null ? null : markup`, or write to <a href="mailto:${contact}">${contact}</a>`}.</p>`,
  };
}

const WORDS: Readonly<Record<AskStatus['state'], string>> = {
  open: 'waits for an answer',
  asked: 'waits for your answer',
  approved: 'approved',
  rejected: 'not granted',
  merged: 'together with another one',
};

/** The same of another request. */
const STANDS: Readonly<Record<AskStatus['state'], string>> = {
  open: 'waits for an answer',
  asked: 'waits for the answer of its applicant',
  approved: 'is approved',
  rejected: 'is not granted',
  merged: 'is with another one',
};

function mergedSentence({ into }: AskStatus): string {
  if (into === null) {
    return 'Another request asked for the same, so this one was closed. That one is so old that it is not kept any more: ask anew if you have no key.';
  }
  const { reference, state, granted } = into;
  const how = granted === 'limits' ? 'is granted: that key has other limits now' : STANDS[state];
  return `Request ${reference} asks for the same, so both are decided together: it ${how}. A key goes to the contact of that request. What comes of it stands on this page, too.`;
}

function sentence({ state, isContactConfirmed, granted, contactEmail }: AskStatus): string {
  if (state === 'open') {
    return 'We have it. A person reads it and answers here. The key itself comes to you by a link that shows it once, or in a sealed file.';
  }
  if (state === 'asked') return 'We have a question before we decide. Answer it on this page.';
  if (state === 'rejected') return 'We cannot grant this as you asked for it.';
  if (granted === 'limits') return 'Granted: your key has other limits now.';
  if (isContactConfirmed) {
    return 'Granted. The key comes to you by a link that shows it once, or in a sealed file.';
  }
  return `Granted. Enter the code that comes to ${contactEmail}: until then the key may be refused.`;
}

function confirmation(status: AskStatus, outcome: CodeOutcome | null): Markup | null {
  if (status.state === 'rejected' || status.state === 'merged') return null;
  if (status.isContactConfirmed) {
    return markup`<p class="note" role="status">${status.contactEmail} is confirmed.</p>`;
  }
  const problem = problemOf(outcome);
  if (!status.isCodeWaiting && problem === null) return null;
  return markup`<h2>Confirm your address</h2>
<form method="post" autocomplete="off">
<label for="code">Code</label>
<p class="hint" id="code-hint">Nine digits, which come to ${status.contactEmail}.</p>
${problem === null ? null : markup`<p class="note wrong" id="code-problem" role="alert">${problem}</p>`}
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="20" aria-describedby="${problem === null ? 'code-hint' : 'code-hint code-problem'}"${problem === null ? null : markup` aria-invalid="true"`}>
<button type="submit">Confirm</button>
</form>`;
}

function problemOf(outcome: CodeOutcome | null): string | null {
  switch (outcome?.kind) {
    case undefined:
    case 'confirmed':
      return null;
    case 'wrong':
      return `This is not the code. Tries left: ${String(outcome.triesLeft)} of ${String(CONTACT_TRIES_MAX)}.`;
    case 'spent':
      return 'The code was wrong too often and is worth nothing now. Ask for a new one.';
    case 'none':
      return 'There is no code to enter now. Ask for a new one.';
  }
}

function facts({
  application,
  contactEmail,
  environment,
  endpoints,
  product,
  createdAt,
  decidedAt,
}: AskStatus): Markup {
  return markup`<dl>
<dt>Application</dt><dd>${application}</dd>
<dt>Contact</dt><dd>${contactEmail}</dd>
<dt>Environment</dt><dd>${environment}</dd>
<dt>Asked for</dt><dd>${product === null ? null : markup`${product.name}, ${product.tier}<br>`}${endpoints.map(({ method, path }) => markup`<code>${method} ${path}</code><br>`)}</dd>
<dt>Sent</dt><dd>${moment(createdAt)}</dd>
${decidedAt === null ? null : markup`<dt>Answered</dt><dd>${moment(decidedAt)}</dd>`}
</dl>`;
}
