import type { ServerResponse } from 'node:http';
import type { MeResponse } from '#contract/holder.ts';
import type { RefusalProblem } from '#contract/verify.ts';
import { momentText } from '#main/domain/verification.ts';
import { markup, type Markup } from './markup.ts';
import { sendHtmlPage } from './plain-page.ts';
import { ME_PATH, SELF_REVOKE_PATH } from './service-policy.ts';

const STYLE = `h2{font-size:1.125rem;margin:2rem 0 .5rem}label{display:block;font-weight:600;margin:1rem 0 .25rem}
input[type=password]{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #6b6862;border-radius:4px;background:#fff;color:#1c1b19}
button{font:inherit;font-weight:600;margin-top:1rem;padding:.5rem 1rem;border:1px solid #1c1b19;border-radius:4px;background:#1c1b19;color:#faf9f7}
.sure{display:flex;gap:.5rem;align-items:baseline;font-weight:400}:focus-visible{outline:3px solid #1f6feb;outline-offset:2px}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-bottom:1px solid #8886}
th{font-weight:600}td.n,th.n{text-align:right;padding-right:0;padding-left:.75rem;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}ul{padding-left:1.25rem}code{overflow-wrap:anywhere}
.said{white-space:pre-line}.todo{border-left:4px solid #b7791f;padding:.25rem 1rem}
@media (prefers-color-scheme:dark){input[type=password]{background:#23221f;color:#eceae6;border-color:#a09c94}button{background:#eceae6;color:#191816;border-color:#eceae6}}`;

/** What is answered to who is told nothing: the words of a verification, or that it was one question too many. */
export type MeProblem =
  | { readonly kind: 'refusal'; readonly body: RefusalProblem }
  | { readonly kind: 'throttled'; readonly requestId: string; readonly retryAfterMs: number };

/** The form into which the holder of a key types it: it is sent in the body and never stands in an address. */
export function sendHolderForm(response: ServerResponse, status = 200): void {
  const problem = status === 200 ? null : markup`<p role="alert">Type or paste the key first.</p>`;
  const html = markup`<p>See what a key may do, how it is used and what went wrong. Nothing is spent and nothing is changed by it.</p>
${problem}${keyForm(ME_PATH, 'key', 'API key', 'Show')}
<h2>This key has leaked</h2>
<p>Who has a key can stop it, at once and for good. Ask for a new one first if something important depends on it.</p>
${revokeForm()}${POLICY_LINK}`;
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
      markup`<p>Stop it at once and for good. Type it once more, so that nobody does it by accident.</p>${revokeForm()}`,
    ),
  ];
  send(response, 200, me.key.name, markup`${sections}`);
}

/** A key that is not shown, with the reason that a verification gives. */
export function sendHolderProblem(response: ServerResponse, problem: MeProblem): void {
  if (problem.kind === 'throttled') {
    const seconds = Math.max(1, Math.ceil(problem.retryAfterMs / 1_000));
    response.setHeader('Retry-After', seconds);
    send(response, 429, 'You ask too often', markup`<p>Try again in ${seconds} s.</p>`);
    return;
  }
  const { body } = problem;
  const link = body.help === null ? null : askForAccess(body.help);
  const html = markup`<p role="alert">${body.detail}</p><p>Code: <code>${body.code}</code></p>${contactLine(body.contact)}${link}
${keyForm(ME_PATH, 'key', 'Try another key', 'Show')}`;
  send(response, body.status, body.title, html);
}

/** The page after a revocation, whatever was typed. */
export function sendSelfRevokedPage(response: ServerResponse, detail: string): void {
  const next = 'Remove it from every configuration, and ask for a new one if you need it.';
  send(response, 202, 'Done', markup`<p role="status">${detail}</p><p>${next}</p>`);
}

function send(response: ServerResponse, status: number, title: string, html: Markup): void {
  sendHtmlPage(response, status, { title, html, style: STYLE, hasForm: true });
}

function keyForm(
  action: string,
  id: string,
  label: string,
  button: string,
  more: Markup | null = null,
): Markup {
  return markup`<form method="post" action="${action}" autocomplete="off"><label for="${id}">${label}</label>
<input id="${id}" name="key" type="password" autocomplete="off" spellcheck="false" required maxlength="512">${more}
<button>${button}</button></form>`;
}

function revokeForm(): Markup {
  const sure = markup`<label class="sure"><input type="checkbox" name="sure" value="yes" required> It may stop working at once</label>`;
  return keyForm(SELF_REVOKE_PATH, 'leaked', 'The leaked key', 'Revoke it', sure);
}

function section(title: string, html: Markup | null): Markup {
  return markup`<h2>${title}</h2>${html}`;
}

function todo({ whatToDo }: MeResponse): Markup {
  if (whatToDo.length === 0) return markup`<p role="status">All is well: nothing is to be done.</p>`;
  const items = whatToDo.map((item) => markup`<li>${item}</li>`);
  return markup`<div class="todo" role="status"><strong>What to do</strong><ul>${items}</ul></div>`;
}

function facts({ key, application, rotation }: MeResponse): Markup {
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
    ['Ends', key.expiresAt === null ? 'never' : whenText(key.graceEndsAt ?? key.expiresAt)],
  ];
  if (rotation.dueAt !== null) rows.push(['New secret wanted', whenText(rotation.dueAt)]);
  if (key.parent !== null) rows.push(['Child of', key.parent.name]);
  return table(null, rows);
}

function mayDo({ scopes, ownRules }: MeResponse): Markup {
  const parts = scopes.map(({ name, service, description, may, mayNot }) => {
    const more = description === '' ? null : markup`: ${description}`;
    return markup`<li><strong>${name}</strong> at ${service}${more}${rulesText(may, mayNot)}</li>`;
  });
  if (ownRules.may.length + ownRules.mayNot.length > 0) {
    parts.push(markup`<li><strong>At every service</strong>${rulesText(ownRules.may, ownRules.mayNot)}</li>`);
  }
  return parts.length === 0 ? markup`<p>Nothing yet.</p>` : markup`<ul>${parts}</ul>`;
}

function rulesText(may: readonly string[], mayNot: readonly string[]): Markup {
  const said = (what: string, rules: readonly string[]): Markup | null => {
    if (rules.length === 0) return null;
    const codes = rules.map(
      (rule, index) => markup`<code>${rule}</code>${index < rules.length - 1 ? ',' : null}`,
    );
    return markup`<br>${what} ${codes}`;
  };
  return markup`${said('may', may)}${said('may not', mayNot)}`;
}

function limits({ limits: { rateLimits, quota } }: MeResponse): Markup {
  const rows: Cell[][] = rateLimits.map(({ name, limit, remaining, windowMs }) => [
    `${name ?? 'Calls'} in ${String(windowMs / 1_000)} s`,
    remaining ?? 'by address',
    limit,
  ]);
  if (quota !== null) {
    rows.push([
      `Calls this ${quota.period}, until ${whenText(quota.resetsAt)}`,
      quota.remaining,
      quota.limit,
    ]);
  }
  return rows.length === 0 ? markup`<p>No limits.</p>` : table(['Limit', 'Left', 'Of'], rows);
}

function usage({ usage: used }: MeResponse): Markup {
  if (used === null) return markup`<p>The request log cannot be read right now. Try again shortly.</p>`;
  const last = used.lastUsedAt === null ? 'never' : whenText(used.lastUsedAt);
  const rows = [
    ['Calls', used.total],
    ['Let pass', used.allowed],
    ['Refused', used.refused],
  ];
  return markup`${table(['', 'Count'], rows)}<p>Last used: ${last}</p>`;
}

function errors({ errors: failed, refusedEndpoints, usage: used }: MeResponse): Markup | null {
  if (used === null) return null;
  if (failed.length === 0) return markup`<p>Nothing.</p>`;
  const rows = failed.map(({ cause, count, meaning, whatToDo }) => [
    markup`<code>${cause}</code><br>${meaning} ${whatToDo}`,
    count,
  ]);
  const endpoints = refusedEndpoints.map(({ endpoint, count }) => [markup`<code>${endpoint}</code>`, count]);
  const more = endpoints.length === 0 ? null : table(['Refused endpoints', 'Count'], endpoints);
  return markup`${table(['Cause', 'Count'], rows)}${more}`;
}

function help({ introduction, contact, help: link }: MeResponse): Markup {
  return markup`<p class="said">${introduction}</p>${contactLine(contact)}${askForAccess(link)}${POLICY_LINK}`;
}

function contactLine(contact: string | null): Markup | null {
  return contact === null ? null : markup`<p>Contact: ${contact}</p>`;
}

const POLICY_LINK = markup`<p><a href="../policy">What to do on a new version, a fork, a change of team or a leak</a></p>`;

function askForAccess(link: string): Markup {
  return markup`<p><a href="${link}">Ask for access</a></p>`;
}

type Cell = Markup | string | number;

/** Under heads the other columns are numbers and stand to the right. */
function table(heads: readonly string[] | null, rows: readonly (readonly Cell[])[]): Markup {
  const cells = heads?.map((text, index) =>
    index === 0 ? markup`<th scope="col">${text}</th>` : markup`<th scope="col" class="n">${text}</th>`,
  );
  const head = cells === undefined ? null : markup`<thead><tr>${cells}</tr></thead>`;
  const body = rows.map(([first = '', ...others]) => {
    const tail = others.map((cell) =>
      heads === null ? markup`<td>${cell}</td>` : markup`<td class="n">${cell}</td>`,
    );
    return markup`<tr><th scope="row">${first}</th>${tail}</tr>`;
  });
  return markup`<div class="wide"><table>${head}<tbody>${body}</tbody></table></div>`;
}

function whenText(atMs: number | null): string {
  return atMs === null ? 'soon' : momentText(atMs);
}
