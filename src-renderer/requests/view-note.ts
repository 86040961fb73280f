import type { RequestSurvey } from '#contract/request-explorer.ts';
import type { RequestRow } from '#contract/requests.ts';
import { reasonOf } from './explain-text.ts';

/** Rows that are named one by one. */
export const VIEW_ROWS_MAX = 50;

/** What a log shows: the newest rows of a filter, and all of them counted. */
export interface SharedView {
  readonly rows: readonly RequestRow[];
  readonly survey: RequestSurvey;
  readonly madeAtMs: number;
}

/** A view of the log as Markdown for those whose requests they are: what became of them, what that means and what to do, and the newest
 *  that went wrong. Times in UTC. Holds no key and no address, and texts of callers make no heading, link or row. */
export function viewNote({ rows, survey, madeAtMs }: SharedView): string {
  const { facets, matched, isExact, sample } = survey;
  const wrong = rows.filter(wentWrong).slice(0, VIEW_ROWS_MAX);
  const outcomes = facets.outcome.values.flatMap(({ value, count }) => {
    if (value === null) return [];
    const [what, then] = reasonOf(value);
    return [[value, String(count), what, then]];
  });
  const parts = [
    `# Requests${whoseText(survey)}`,
    `As of ${moment(madeAtMs)}: ${isExact ? '' : 'at least '}${String(matched)}.${sample.rows < matched ? ` Counted below are the newest ${String(sample.rows)}.` : ''}`,
    '## What became of them',
    outcomes.length === 0 ? 'There are none.' : table(['Outcome', 'Requests', 'Why', 'What to do'], outcomes),
    '## What was called',
    facets.endpoint.values.length === 0
      ? 'Nothing.'
      : table(
          ['Endpoint', 'Requests'],
          facets.endpoint.values.map(({ label, count }) => [asCode(label), String(count)]),
        ),
    '## The newest that went wrong',
    wrong.length === 0
      ? 'None did.'
      : table(['When', 'Request', 'Outcome', 'Answer', 'Request id'], wrong.map(cellsOf)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** How many keys made the requests of a view, and did some come with none that is known? */
export function viewKeys({ facets: { key } }: Pick<RequestSurvey, 'facets'>): {
  readonly keys: number;
  readonly hasUnknown: boolean;
} {
  const hasUnknown = key.values.some(({ value }) => value === null);
  return { keys: key.total - (hasUnknown ? 1 : 0), hasUnknown };
}

/** ` with Data feed, Shop and 3 more, and without a known key`. */
function whoseText(survey: RequestSurvey): string {
  const { keys, hasUnknown } = viewKeys(survey);
  const names = survey.facets.key.values.flatMap(({ value, label }) =>
    value === null ? [] : [asText(label)],
  );
  const more = keys > names.length ? ` and ${String(keys - names.length)} more` : '';
  const known = names.length === 0 ? '' : ` with ${names.join(', ')}${more}`;
  if (!hasUnknown) return known;
  return `${known === '' ? '' : `${known}, and`} without a known key`;
}

/** `latchkey-view-20261122T120030Z.md`. */
export function viewFileName(madeAtMs: number): string {
  return `latchkey-view-${new Date(madeAtMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.md`;
}

function wentWrong({ code, responseStatus }: RequestRow): boolean {
  return code !== 'VALID' || (responseStatus ?? 0) >= 400;
}

function cellsOf({ at, method, path, code, responseStatus, requestId }: RequestRow): readonly string[] {
  return [
    moment(at),
    asCode(`${method ?? ''} ${path ?? ''}`.trim()),
    code,
    responseStatus === null ? 'not reported' : String(responseStatus),
    asCode(requestId),
  ];
}

function moment(atMs: number): string {
  return new Date(atMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function asText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]|#<>]/g, String.raw`\$&`);
}

function asCode(text: string): string {
  return `\`${text
    .replaceAll('`', "'")
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/\s+/g, ' ')}\``;
}
