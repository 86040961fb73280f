import { DEFAULT_INTRODUCTION } from '#contract/access-policy.ts';
import { PURPOSE_FREE_PER_DAY, WANTED_ENDPOINTS_MAX } from '#contract/access-requests.ts';
import { METHODS } from '#contract/http-methods.ts';
import type { AskForm, OfferedService } from '#main/access-requests/access-desk.ts';
import type { AskField, AskProblems, SentAsk } from '#main/access-requests/read-ask.ts';
import { type Markup, markup } from './markup.ts';

/** What the form is drawn of. */
export interface ShownForm {
  readonly form: AskForm;
  readonly formId: string;
  /** What stands in the fields. */
  readonly sent: SentAsk;
  /** Of the link of a refusal, or sent with the form again. */
  readonly link: URLSearchParams;
  readonly problems: AskProblems;
  /** Beside the problems of fields: why it was not taken. */
  readonly trouble: string | null;
}

/** Catalogues of more endpoints get a list of their groups to jump to. */
const ANCHORS_FROM = 40;

const LABELS: Readonly<Record<AskField, string>> = {
  application: 'Name of your application',
  team: 'Your team or organisation',
  contact: 'E-mail address of who answers for it',
  endpoints: 'What you want to call',
  environment: 'Environment',
  volume: 'Requests a day, about',
  purpose: 'What it is for',
  repository: 'Repository of the application',
  key: 'Id of the key that you have',
  terms: 'Terms',
};

/** The form by which strangers ask for a key. It works without a script. */
export function accessForm(shown: ShownForm): Markup {
  const { form, formId } = shown;
  return markup`<p>${form.introduction === '' ? DEFAULT_INTRODUCTION : form.introduction}</p>
<p class="hint">Never send a key itself: its part up to the last underscore is enough to recognise it. <a href="policy">What we want of everybody who has a key</a></p>
${summary(shown)}
<form method="post" action="request-access" autocomplete="on" novalidate>
<input type="hidden" name="form" value="${formId}">
${line(shown, 'application', markup`type="text" required maxlength="64" autocomplete="off"`, 'As people call it; it stands in the key.')}
${line(shown, 'team', markup`type="text" required maxlength="64" autocomplete="organization"`, null)}
${line(shown, 'contact', markup`type="email" required maxlength="254" autocomplete="email" spellcheck="false"`, 'A code comes to this address; a key works when it was entered.')}
${wanted(shown)}
${environments(shown)}
${line(shown, 'volume', markup`type="text" inputmode="numeric" required maxlength="12" autocomplete="off"`, null)}
${area(shown, 'purpose', `Needed above ${String(PURPOSE_FREE_PER_DAY)} requests a day.`)}
${line(shown, 'repository', markup`type="text" maxlength="200" autocomplete="off" spellcheck="false"`, 'Not needed. Helps us to help you.')}
<details${isOpen(shown, 'key') ? markup` open` : null}><summary>Do you have a key already and need more from it?</summary>
${line(shown, 'key', markup`type="text" maxlength="80" autocomplete="off" spellcheck="false"`, '12 letters and digits, or the part of the key up to its last underscore. A key for each application is better than a larger one for all.')}
</details>
${terms(shown)}
<button type="submit">Ask for a key</button>
</form>`;
}

/** What went wrong, with a link to each field. */
function summary({ problems, trouble }: ShownForm): Markup | null {
  const entries = fieldsOf(problems);
  if (entries.length === 0 && trouble === null) return null;
  return markup`<div class="note wrong summary" role="alert" id="problems">
<p>${trouble ?? 'Your request was not sent yet. What you wrote is still here.'}</p>
${entries.length === 0 ? null : markup`<ul>${entries.map(([name, text]) => markup`<li><a href="#${name}">${LABELS[name]}</a>: ${text}</li>`)}</ul>`}
</div>`;
}

function fieldsOf(problems: AskProblems): readonly (readonly [AskField, string])[] {
  return FIELD_ORDER.flatMap((name) => {
    const text = problems[name];
    return text === undefined ? [] : [[name, text] as const];
  });
}

const FIELD_ORDER = [
  'application',
  'team',
  'contact',
  'endpoints',
  'environment',
  'volume',
  'purpose',
  'repository',
  'key',
  'terms',
] as const satisfies readonly AskField[];

function isOpen({ problems, sent }: ShownForm, name: AskField): boolean {
  return problems[name] !== undefined || sent.text(name) !== '';
}

/** The first field that was wrong gets the focus. */
function marks({ problems }: ShownForm, name: AskField, hasHint: boolean): Markup {
  const isWrong = problems[name] !== undefined;
  const described = [...(hasHint ? [`${name}-hint`] : []), ...(isWrong ? [`${name}-problem`] : [])].join(' ');
  const isFirst = fieldsOf(problems)[0]?.[0] === name;
  return markup`${described === '' ? null : markup` aria-describedby="${described}"`}${isWrong ? markup` aria-invalid="true"` : null}${isFirst ? markup` autofocus` : null}`;
}

function problem({ problems }: ShownForm, name: AskField): Markup | null {
  const text = problems[name];
  return text === undefined ? null : markup`<p class="note wrong" id="${name}-problem">${text}</p>`;
}

function hintOf(name: AskField, hint: string | null): Markup | null {
  return hint === null ? null : markup`<p class="hint" id="${name}-hint">${hint}</p>`;
}

function line(shown: ShownForm, name: AskField, attributes: Markup, hint: string | null): Markup {
  return markup`<label for="${name}">${LABELS[name]}</label>
${hintOf(name, hint)}${problem(shown, name)}
<input id="${name}" name="${name}" ${attributes} value="${shown.sent.text(name)}"${marks(shown, name, hint !== null)}>`;
}

function area(shown: ShownForm, name: AskField, hint: string): Markup {
  return markup`<label for="${name}">${LABELS[name]}</label>
${hintOf(name, hint)}${problem(shown, name)}
<textarea id="${name}" name="${name}" rows="3" maxlength="2000"${marks(shown, name, true)}>
${shown.sent.text(name)}</textarea>`;
}

function environments(shown: ShownForm): Markup {
  const wish = shown.sent.text('environment');
  const chosen = (wish === '' ? shown.form.product?.environment : wish) === 'live' ? 'live' : 'test';
  const option = (value: string, label: string) =>
    markup`<option value="${value}"${value === chosen ? markup` selected` : null}>${label}</option>`;
  return markup`<label for="environment">${LABELS.environment}</label>
${problem(shown, 'environment')}
<select id="environment" name="environment"${marks(shown, 'environment', false)}>${option('test', 'Test: to build and try')}${option('live', 'Live: for real use')}</select>`;
}

/** A product first, and endpoints only for those who need more than it offers. */
function wanted(shown: ShownForm): Markup {
  const { form, problems, sent } = shown;
  const { product } = form;
  if (product === null) return endpoints(shown);
  const { slug, name, serviceName, tiers, tier } = product;
  const isNamed =
    problems.endpoints !== undefined || sent.text('other') !== '' || sent.endpointIds.length > 0;
  return markup`<input type="hidden" name="product" value="${slug}">
<p>You ask for a key of <a href="products/${slug}">${name}</a>, an API product of ${serviceName}.</p>
${
  tiers.length === 1
    ? markup`<input type="hidden" name="tier" value="${tier}">`
    : markup`<label for="tier">Tier</label>
<select id="tier" name="tier">${tiers.map((one) => markup`<option value="${one}"${one === tier ? markup` selected` : null}>${one}</option>`)}</select>`
}
<details${isNamed || form.refused !== null ? markup` open` : null}><summary>Do you need more than it offers?</summary>
${endpoints(shown)}
</details>`;
}

function endpoints(shown: ShownForm): Markup {
  const { form, link, sent } = shown;
  const { refused, services } = form;
  const count = services
    .flatMap(({ groups }) => groups)
    .reduce((sum, group) => sum + group.endpoints.length, 0);
  return markup`<fieldset id="endpoints" tabindex="-1"><legend>${LABELS.endpoints}</legend>
${problem(shown, 'endpoints')}
${refused === null ? null : refusedChoice(shown)}
${count > ANCHORS_FROM ? anchors(services) : null}
${services.map((service, place) => catalogue(service, { place, sent, isOpen: count <= ANCHORS_FROM }))}
${form.unshownCount === 0 ? null : markup`<p class="hint">${form.unshownCount} more are not listed. Write them below.</p>`}
<label for="other">${services.length === 0 && refused === null ? 'Endpoints' : 'Others'}, one a line</label>
<p class="hint" id="other-hint">A method and a path, for example GET /inventory/{id}. At most ${WANTED_ENDPOINTS_MAX}.</p>
<textarea id="other" name="other" rows="3" maxlength="8000" spellcheck="false" aria-describedby="other-hint">
${sent.text('other') === '' && refused === null ? typedOf(link) : sent.text('other')}</textarea>
</fieldset>`;
}

/** What was refused, ready to be asked for: the link proves it. */
function refusedChoice({ form: { refused }, link, sent, formId }: ShownForm): Markup | null {
  if (refused === null) return null;
  const wasSent = sent.text('form') === formId;
  const isChecked = !wasSent || sent.text('wants') === 'refused';
  const hidden = (name: string) =>
    markup`<input type="hidden" name="${name}" value="${link.get(name) ?? ''}">`;
  return markup`${['service', 'method', 'path', 'ask'].map(hidden)}
<label class="choice"><input type="checkbox" name="wants" value="refused"${isChecked ? markup` checked` : null}><span><code>${refused.method} ${refused.path}</code> of ${refused.serviceName}, which was refused just now</span></label>`;
}

/** A link without proof fills the field in that people write into. */
function typedOf(link: URLSearchParams): string {
  const method = METHODS.find((one) => one === link.get('method'));
  const path = link.get('path') ?? '';
  const isPlain = /^\/[\x21-\x7e]{0,255}$/.test(path);
  return method === undefined || !isPlain ? '' : `${method} ${path}`;
}

function anchors(services: readonly OfferedService[]): Markup {
  const links = services.flatMap(({ name, groups }, place) =>
    groups.map(
      (group, index) =>
        markup`<li><a href="#group-${place}-${index}">${name}: ${group.name}</a> (${group.endpoints.length})</li>`,
    ),
  );
  return markup`<nav aria-label="Groups of endpoints"><ul>${links}</ul></nav>`;
}

function catalogue(
  { name, groups }: OfferedService,
  shown: { readonly place: number; readonly sent: SentAsk; readonly isOpen: boolean },
): Markup {
  const ticked = new Set(shown.sent.endpointIds);
  return markup`${groups.map(
    (
      group,
      index,
    ) => markup`<details id="group-${shown.place}-${index}"${shown.isOpen || group.endpoints.some(({ id }) => ticked.has(id)) ? markup` open` : null}><summary>${name}: ${group.name}</summary>
${group.endpoints.map(
  ({ id, method, path, summary: text }) =>
    markup`<label class="choice"><input type="checkbox" name="endpoint" value="${id}"${ticked.has(id) ? markup` checked` : null}><span><code>${method} ${path}</code>${text === '' ? null : markup` ${text}`}</span></label>`,
)}
</details>`,
  )}`;
}

function terms(shown: ShownForm): Markup | null {
  const { terms: stands } = shown.form;
  if (stands === null) return null;
  const isAccepted = shown.sent.text('terms') === String(stands.version);
  return markup`<h2>${LABELS.terms}</h2>
<div class="note terms" tabindex="0" role="group" aria-label="Terms, version ${stands.version}">${stands.text}</div>
${problem(shown, 'terms')}
<label class="choice"><input id="terms" type="checkbox" name="terms" value="${stands.version}"${isAccepted ? markup` checked` : null}${marks(shown, 'terms', false)}><span>I accept these terms (version ${stands.version}).</span></label>`;
}
