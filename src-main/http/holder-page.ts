import type { ServerResponse } from 'node:http';
import type { MeResponse } from '#contract/holder.ts';
import type { RefusalProblem } from '#contract/verify.ts';
import { momentText } from '#main/domain/verification.ts';
import { escapeHtml } from '#main/domain/escape-html.ts';
import { sendHtmlPage } from './plain-page.ts';
import { ME_PATH, SELF_REVOKE_PATH } from './service-policy.ts';

const STYLE = `h2{font-size:1.125rem;margin:2rem 0 .5rem}label{display:block;font-weight:600;margin:1rem 0 .25rem}
input[type=password]{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #6b6862;border-radius:4px;background:#fff;color:#1c1b19}
button{font:inherit;font-weight:600;margin-top:1rem;padding:.5rem 1rem;border:1px solid #1c1b19;border-radius:4px;background:#1c1b19;color:#faf9f7}
.sure{display:flex;gap:.5rem;align-items:baseline;font-weight:400}:focus-visible{outline:3px solid #1f6feb;outline-offset:2px}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-bottom:1px solid #8886}
th{font-weight:600}td.n,th.n{text-align:right;padding-right:0;padding-left:.75rem;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}ul{padding-left:1.25rem}code{overflow-wrap:anywhere}
.todo{border-left:4px solid #b7791f;padding:.25rem 1rem}
@media (prefers-color-scheme:dark){input[type=password]{background:#23221f;color:#eceae6;border-color:#a09c94}button{background:#eceae6;color:#191816;border-color:#eceae6}}`;

/** What is answered to who is told nothing: the words of a verification, or that it was one question too many. */
export type MeProblem =
  | { readonly kind: 'refusal'; readonly body: RefusalProblem }
  | { readonly kind: 'throttled'; readonly requestId: string; readonly retryAfterMs: number };

/** The form into which the holder of a key types it: it is sent in the body and never stands in an address. */
export function sendHolderForm(response: ServerResponse, status = 200): void {
  const problem = status === 200 ? '' : '<p role="alert">Type or paste the key first.</p>';
  const html = `<p>See what a key may do, how it is used and what went wrong. Nothing is spent and nothing is changed by it.</p>
${problem}${keyForm(ME_PATH, 'key', 'API key', 'Show')}
<h2>This key has leaked</h2>
<p>Who has a key can stop it, at once and for good. Ask for a new one first if something important depends on it.</p>
${revokeForm()}`;
  send(response, status, 'Your API key', html);
}

/** What a holder sees of a key. The key itself is not in the page. */
export function sendHolderPage(response: ServerResponse, me: MeResponse): void {
  const sections = [
    todo(me),
    facts(me),
    section('What it may do', mayDo(me)),
    section('What is left', limits(me)),
    section('How it was used, last 7 days', usage(me)),
    section('What went wrong', errors(me)),
    section('Help', help(me)),
    section(
      'This key has leaked',
      `<p>Stop it at once and for good. Type it once more, so that nobody does it by accident.</p>${revokeForm()}`,
    ),
  ];
  send(response, 200, me.key.name, sections.join('\n'));
}

/** A key that is not shown, with the reason that a verification gives. */
export function sendHolderProblem(response: ServerResponse, problem: MeProblem): void {
  if (problem.kind === 'throttled') {
    const seconds = String(Math.max(1, Math.ceil(problem.retryAfterMs / 1_000)));
    response.setHeader('Retry-After', seconds);
    send(response, 429, 'You ask too often', `<p>Try again in ${seconds} s.</p>`);
    return;
  }
  const { body } = problem;
  const link = body.help === null ? '' : `<p><a href="${escapeHtml(body.help)}">Ask for access</a></p>`;
  const contact = body.contact === null ? '' : `<p>Contact: ${escapeHtml(body.contact)}</p>`;
  const html = `<p role="alert">${escapeHtml(body.detail)}</p><p>Code: <code>${body.code}</code></p>${contact}${link}
${keyForm(ME_PATH, 'key', 'Try another key', 'Show')}`;
  send(response, body.status, body.title, html);
}

/** The page after a revocation, whatever was typed. */
export function sendSelfRevokedPage(response: ServerResponse, detail: string): void {
  const next = 'Remove it from every configuration, and ask for a new one if you need it.';
  send(response, 202, 'Done', `<p role="status">${escapeHtml(detail)}</p><p>${next}</p>`);
}

function send(response: ServerResponse, status: number, title: string, html: string): void {
  sendHtmlPage(response, status, { title, html, style: STYLE, hasForm: true });
}

function keyForm(action: string, id: string, label: string, button: string, more = ''): string {
  return `<form method="post" action="${action}" autocomplete="off"><label for="${id}">${label}</label>
<input id="${id}" name="key" type="password" autocomplete="off" spellcheck="false" required maxlength="512">${more}
<button>${button}</button></form>`;
}

function revokeForm(): string {
  const sure =
    '<label class="sure"><input type="checkbox" name="sure" value="yes" required> It may stop working at once</label>';
  return keyForm(SELF_REVOKE_PATH, 'leaked', 'The leaked key', 'Revoke it', sure);
}

function section(title: string, html: string): string {
  return `<h2>${title}</h2>${html}`;
}

function todo({ whatToDo }: MeResponse): string {
  if (whatToDo.length === 0) return '<p role="status">All is well: nothing is to be done.</p>';
  return `<div class="todo" role="status"><strong>What to do</strong>${list(whatToDo)}</div>`;
}

function facts({ key, application, rotation }: MeResponse): string {
  const secret =
    rotation.secretState === 'current'
      ? `number ${String(rotation.secretVersion)}, the newest`
      : `number ${String(rotation.secretVersion)}, old: ends ${whenText(rotation.secretEndsAt)}`;
  const rows: (readonly [string, string])[] = [
    ['State', key.status],
    ['Application', application.name],
    ['Environment', key.environment],
    ['Key id', key.keyId],
    ['Secret', secret],
    ['Ends', key.expiresAt === null ? 'never' : whenText(key.expiresAt)],
  ];
  if (rotation.dueAt !== null) rows.push(['New secret wanted', whenText(rotation.dueAt)]);
  if (key.parent !== null) rows.push(['Child of', key.parent.name]);
  return table(
    ['', ''],
    rows.map(([name, value]) => [escapeHtml(name), escapeHtml(value)]),
    false,
  );
}

function mayDo({ scopes, ownRules }: MeResponse): string {
  const parts = scopes.map(
    ({ name, service, description, may, mayNot }) =>
      `<li><strong>${escapeHtml(name)}</strong> at ${escapeHtml(service)}${description === '' ? '' : `: ${escapeHtml(description)}`}${rulesText(may, mayNot)}</li>`,
  );
  if (ownRules.may.length + ownRules.mayNot.length > 0) {
    parts.push(`<li><strong>At every service</strong>${rulesText(ownRules.may, ownRules.mayNot)}</li>`);
  }
  return parts.length === 0 ? '<p>Nothing yet.</p>' : `<ul>${parts.join('')}</ul>`;
}

function rulesText(may: readonly string[], mayNot: readonly string[]): string {
  const said = (what: string, rules: readonly string[]): string =>
    rules.length === 0
      ? ''
      : `<br>${what} ${rules.map((rule) => `<code>${escapeHtml(rule)}</code>`).join(', ')}`;
  return said('may', may) + said('may not', mayNot);
}

function limits({ limits: { rateLimits, quota } }: MeResponse): string {
  const rows = rateLimits.map(({ name, limit, remaining, windowMs }) => [
    `${escapeHtml(name ?? 'Calls')} in ${String(windowMs / 1_000)} s`,
    remaining === null ? 'by address' : String(remaining),
    String(limit),
  ]);
  if (quota !== null) {
    const until = `until ${whenText(quota.resetsAt)}`;
    rows.push([`Calls this ${quota.period}, ${until}`, String(quota.remaining), String(quota.limit)]);
  }
  return rows.length === 0 ? '<p>No limits.</p>' : table(['Limit', 'Left', 'Of'], rows, true);
}

function usage({ usage: used }: MeResponse): string {
  if (used === null) return '<p>The request log cannot be read right now. Try again shortly.</p>';
  const last = used.lastUsedAt === null ? 'never' : whenText(used.lastUsedAt);
  const rows = [
    ['Calls', String(used.total)],
    ['Let pass', String(used.allowed)],
    ['Refused', String(used.refused)],
  ];
  return `${table(['', 'Count'], rows, true)}<p>Last used: ${last}</p>`;
}

function errors({ errors: failed, refusedEndpoints, usage: used }: MeResponse): string {
  if (used === null) return '';
  if (failed.length === 0) return '<p>Nothing.</p>';
  const rows = failed.map(({ cause, count, meaning, whatToDo }) => [
    `<code>${cause}</code><br>${escapeHtml(meaning)} ${escapeHtml(whatToDo)}`,
    String(count),
  ]);
  const endpoints = refusedEndpoints.map(({ endpoint, count }) => [
    `<code>${escapeHtml(endpoint)}</code>`,
    String(count),
  ]);
  const more = endpoints.length === 0 ? '' : table(['Refused endpoints', 'Count'], endpoints, true);
  return table(['Cause', 'Count'], rows, true) + more;
}

function help({ contact, help: link }: MeResponse): string {
  const who = contact === null ? '' : `<p>Contact: ${escapeHtml(contact)}</p>`;
  return `${who}<p><a href="${escapeHtml(link)}">Ask for access</a></p>`;
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

/** Cells are markup. The last column of numbers stands to the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], hasNumbers: boolean): string {
  const head = heads.some((text) => text !== '')
    ? `<thead><tr>${heads.map((text, index) => `<th scope="col"${hasNumbers && index > 0 ? ' class="n"' : ''}>${text}</th>`).join('')}</tr></thead>`
    : '';
  const body = rows
    .map(([first = '', ...others]) => {
      const cells = others.map((cell) => `<td${hasNumbers ? ' class="n"' : ''}>${cell}</td>`).join('');
      return `<tr><th scope="row">${first}</th>${cells}</tr>`;
    })
    .join('');
  return `<div class="wide"><table>${head}<tbody>${body}</tbody></table></div>`;
}

function whenText(atMs: number | null): string {
  return atMs === null ? 'soon' : momentText(atMs);
}
