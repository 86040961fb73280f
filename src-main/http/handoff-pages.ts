import { CODE_CHARACTERS_MAX } from '#main/domain/handoff-code.ts';
import type { HandoffNotice, Revealed, Seen, UsedNotice } from '#main/handoffs/handoff-desk.ts';
import { type Markup, markup } from './markup.ts';
import { moment } from './moment.ts';
import type { PublicPage } from './public-page.ts';

/** A page and the status it is answered with. */
export interface AnsweredPage extends PublicPage {
  readonly status: number;
}

/** The address of the settings that people may ask; null = none. */
type Contact = string | null;

/** The page for what a link leads to, or for what came of a code. */
export function handoffPage(seen: Seen | Revealed, contact: Contact): AnsweredPage {
  switch (seen.kind) {
    case 'gone':
      return gonePage(contact);
    case 'locked_out':
      return lockedOutPage(contact);
    case 'used':
      return usedPage(seen.notice, contact);
    case 'waiting':
      return askPage(seen.notice, null);
    case 'no_code':
      return askPage(
        seen.notice,
        'Enter the code: six words that came to you by another way than this link.',
      );
    case 'wrong_code':
      return askPage(seen.notice, wrongCode(seen.triesLeft));
    case 'revealed':
      return revealedPage(seen.secret, seen.notice, contact);
  }
}

/** The page for an address that came too often. */
export function throttledPage(waitMs: number): AnsweredPage {
  const seconds = String(Math.ceil(waitMs / 1_000));
  return {
    status: 429,
    title: 'Too many attempts',
    main: markup`<p>This page was called too often from your address. Wait ${seconds} s, then try again. Nothing was used up.</p>`,
    headers: { 'Retry-After': seconds },
  };
}

/** The page for a store that cannot be read or written. */
export function troublePage(requestId: string): AnsweredPage {
  return {
    status: 503,
    title: 'This cannot be answered now',
    main: markup`<p>Something is wrong on our side. Try again in a minute. If it happens again, report the id ${requestId}.</p>`,
    headers: { 'Retry-After': '60' },
  };
}

function askPage(notice: HandoffNotice, problem: string | null): AnsweredPage {
  const { message } = notice;
  return {
    status: problem === null ? 200 : 403,
    title: 'A key for you',
    canSubmit: true,
    main: markup`<p>An API key waits for you here. It can be shown once.</p>
${facts(notice)}
${message === '' ? null : markup`<p class="note">${message}</p>`}
<form method="post" autocomplete="off">
<label for="code">Code</label>
<p class="hint" id="code-hint">Six words, which you got by another way than this link.</p>
${problem === null ? null : markup`<p class="note wrong" id="code-problem" role="alert">${problem}</p>`}
<input id="code" name="code" type="text" required autocapitalize="none" spellcheck="false" autocomplete="off" maxlength="${CODE_CHARACTERS_MAX}" aria-describedby="${problem === null ? 'code-hint' : 'code-hint code-problem'}"${problem === null ? null : markup` aria-invalid="true"`}>
<button type="submit">Reveal once</button>
</form>
<p class="hint">Have a safe place at hand before you reveal it. Opening this page uses nothing up.</p>`,
  };
}

function facts(notice: HandoffNotice): Markup {
  const { openedAt, expiresAt } = notice;
  return markup`<dl>
<dt>From</dt><dd>${notice.from}</dd>
<dt>For</dt><dd>${notice.recipientName}</dd>
<dt>Key</dt><dd>${notice.keyName} (${notice.environment})</dd>
<dt>Application</dt><dd>${notice.applicationName}</dd>
${expiresAt === null ? null : markup`<dt>Expires</dt><dd>${moment(expiresAt)}</dd>`}
<dt>Viewed before</dt><dd>${openedAt === null ? 'No' : markup`Yes, first on ${moment(openedAt)}`}</dd>
</dl>`;
}

const USE = `LATCHKEY_API_KEY=…

curl -H "Authorization: Bearer $LATCHKEY_API_KEY" https://…`;

function revealedPage(secret: string, notice: HandoffNotice, contact: Contact): AnsweredPage {
  return {
    status: 200,
    title: 'Your key',
    hasCopy: true,
    main: markup`<p>This is the only time it is shown. Once this page is closed nobody can bring it back.</p>
<label for="secret">${notice.keyName} (${notice.environment})</label>
<textarea id="secret" data-copy rows="4" readonly spellcheck="false" autocomplete="off">${secret}</textarea>
<h2>How to use it</h2>
<p>Keep it in a secret manager or in an environment variable, never in code or a chat. Send it with every request:</p>
<pre>${USE}</pre>
<h2>If something is wrong</h2>
<p>${whomToAsk(notice.from, contact)} Never send the key itself: its part up to the last underscore is enough.</p>`,
  };
}

/** Unknown, expired and withdrawn: to somebody who tries links they must look the same. */
function gonePage(contact: Contact): AnsweredPage {
  return {
    status: 404,
    title: 'Nothing to reveal here',
    main: markup`<p>This link has expired, was withdrawn, or never existed. Links are good for a short time only.</p>
<p>${whomToAsk('Whoever sent it to you', contact)}</p>`,
  };
}

function usedPage({ from, revealedAt, address }: UsedNotice, contact: Contact): AnsweredPage {
  const when = revealedAt === null ? null : markup` on ${moment(revealedAt)}`;
  const whence = address === null ? null : markup` from ${address}`;
  return {
    status: 410,
    title: 'This key was revealed already',
    main: markup`<p>It was shown${when}${whence}, and cannot be shown again.</p>
<p class="note wrong">If that was not you, say so at once: somebody else may have the key.</p>
<p>${whomToAsk(from, contact)}</p>`,
  };
}

function lockedOutPage(contact: Contact): AnsweredPage {
  return {
    status: 410,
    title: 'This key was destroyed',
    main: markup`<p>The code was wrong too often, so that nothing is left to reveal. The sender has been told.</p>
<p>${whomToAsk('The sender', contact)}</p>`,
  };
}

function wrongCode(triesLeft: number): string {
  const tries = triesLeft === 1 ? 'One try' : `${String(triesLeft)} tries`;
  return `This is not the code. ${tries} left; after that the key is destroyed.`;
}

function whomToAsk(from: string, contact: Contact): Markup {
  return contact === null
    ? markup`${from} can send you a new one.`
    : markup`${from} can send you a new one; so can <a href="mailto:${contact}">${contact}</a>.`;
}
