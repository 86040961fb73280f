import type { AnsweredPage } from './handoff-pages.ts';
import { type Markup, markup } from './markup.ts';

/** The policy as a page: lines that begin with `# ` are headings, those with `- ` points, all others text.
 *  An empty line begins another paragraph. Nothing in it becomes markup. */
export function policyPage(policy: string, contact: string | null): AnsweredPage {
  return {
    status: 200,
    title: 'API keys: our policy',
    main: markup`${blocksOf(policy)}
<p><a href="request-access">Ask for a key</a>${contact === null ? null : markup`, or write to <a href="mailto:${contact}">${contact}</a>`}.</p>`,
  };
}

type Kind = 'heading' | 'points' | 'text';

const MARKS: readonly { readonly kind: Kind; readonly mark: string }[] = [
  { kind: 'heading', mark: '# ' },
  { kind: 'points', mark: '- ' },
];

/** Lines of one kind that follow each other are one block; an empty line ends it. */
function blocksOf(policy: string): readonly Markup[] {
  const blocks: { readonly kind: Kind; readonly lines: string[] }[] = [];
  let isNew = true;
  for (const line of policy.split(/\r\n|[\r\n]/)) {
    if (line.trim() === '') {
      isNew = true;
      continue;
    }
    const { kind, mark } = MARKS.find((known) => line.startsWith(known.mark)) ?? { kind: 'text', mark: '' };
    const text = line.slice(mark.length).trim();
    const last = blocks.at(-1);
    if (!isNew && last?.kind === kind && kind !== 'heading') last.lines.push(text);
    else blocks.push({ kind, lines: [text] });
    isNew = false;
  }
  return blocks.map(blockOf);
}

function blockOf({ kind, lines }: { readonly kind: Kind; readonly lines: readonly string[] }): Markup {
  if (kind === 'heading') return markup`<h2>${lines.join(' ')}</h2>`;
  if (kind === 'points') return markup`<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
  return markup`<p class="said">${lines.join('\n')}</p>`;
}
