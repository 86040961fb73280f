import type { AskStatus } from '#main/access-requests/access-desk.ts';
import type { AnswerOutcome } from '#main/access-requests/ask-back.ts';
import { type Markup, markup } from './markup.ts';
import { moment } from './moment.ts';

/** What was asked and answered on the applicant's page, with room for the answer that is waited for. `outcome`: what came of an answer
 *  that was just sent. */
export function threadParts(status: AskStatus, outcome: AnswerOutcome | null): Markup | null {
  const { thread, questionPlace } = status;
  const isLate = outcome?.kind === 'late';
  if (thread.length === 0 && !isLate) return null;
  return markup`<h2>Questions</h2>
${isLate ? markup`<p class="note wrong" role="alert">This answer was not taken: the question is answered already, or is asked no more.</p>` : null}
<dl>${thread.map(
    ({ isOurs, text, at }) =>
      markup`<dt>${isOurs ? 'We asked' : 'Your answer'}, ${moment(at)}</dt><dd class="said">${text}</dd>`,
  )}</dl>
${questionPlace === null ? null : answerForm(questionPlace, outcome)}`;
}

function answerForm(place: number, outcome: AnswerOutcome | null): Markup {
  const unread = outcome?.kind === 'unread' ? outcome : null;
  return markup`<form method="post" autocomplete="off">
<input type="hidden" name="question" value="${place}">
<label for="answer">Your answer</label>
<p class="hint" id="answer-hint">Once sent it cannot be changed. Never write a key here.</p>
${unread === null ? null : markup`<p class="note wrong" id="answer-problem" role="alert">${unread.problem}</p>`}
<textarea id="answer" name="answer" rows="5" required maxlength="2000" aria-describedby="${unread === null ? 'answer-hint' : 'answer-hint answer-problem'}"${unread === null ? null : markup` aria-invalid="true"`}>
${unread?.text ?? ''}</textarea>
<button type="submit">Send answer</button>
</form>`;
}
