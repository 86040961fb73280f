import type { Passport } from '#contract/passport.ts';
import { escapeHtml } from '#main/domain/escape-html.ts';

/** The page as a piece of HTML for a file of its own: headings from the second level, every text escaped, no script, no link. */
export function passportHtml(page: Passport): string {
  return `<section aria-labelledby="passport">
<h2 id="passport">About this key</h2>
<p>Keep the key in the environment variable <code>${escapeHtml(page.variable)}</code>, never in code.</p>
<table><tbody>${page.facts.map(({ name, value }) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('')}</tbody></table>
<h3>What it may call</h3>
${page.calls.length === 0 ? '<p>Nothing yet.</p>' : list(page.calls.map(callHtml))}
<h3>Limits</h3>
${page.limits.length === 0 ? '<p>No limit of its own.</p>' : list(page.limits.map(escapeHtml))}
${page.bounds.length === 0 ? '' : `<h3>Bounds</h3>\n${list(page.bounds.map(escapeHtml))}`}
<h3>How to send it</h3>
${page.snippets.map(({ label, code }) => `<p>${label}</p><pre>${escapeHtml(code)}</pre>`).join('\n')}
<h3>When a call is refused</h3>
${list(page.errors.map(({ code, status, meaning, whatToDo }) => `<code>${code}</code> (${String(status)}): ${escapeHtml(meaning)} ${escapeHtml(whatToDo)}`))}
</section>`;
}

function callHtml({ name, description, service, may, mayNot }: Passport['calls'][number]): string {
  const title = `<strong>${escapeHtml(name ?? 'Rules of its own')}</strong> at ${escapeHtml(service ?? 'every service')}`;
  const words = description === '' ? '' : `: ${escapeHtml(description)}`;
  return `${title}${words}${rulesHtml('May', may)}${rulesHtml('May not', mayNot)}`;
}

function rulesHtml(what: string, rules: readonly string[]): string {
  if (rules.length === 0) return '';
  return `<br>${what} ${rules.map((rule) => `<code>${escapeHtml(rule)}</code>`).join(', ')}`;
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}
