import type { Passport } from '#contract/passport.ts';
import { bullets, code, plain, table } from './markdown-parts.ts';

/** What Markdown calls the language of a command. */
const FENCES: Partial<Record<Passport['snippets'][number]['language'], string>> = {
  curl: 'sh',
  basic: 'sh',
  pair: 'sh',
};

/** The page as Markdown. Texts of people are escaped: they cannot make a heading, a link or a row. */
export function passportMarkdown(page: Omit<Passport, 'markdown'>): string {
  const parts = [
    `# Passport: ${plain(page.keyName)}`,
    `What you need to know to use this key. The key itself is not in this document; keep it in the environment variable \`${page.variable}\`, never in code.`,
    table(
      ['', ''],
      page.facts.map(({ name, value }) => [plain(name), plain(value)]),
    ),
    '## What it may call',
    ...callLines(page),
    '## Limits',
    page.limits.length === 0 ? 'No limit of its own.' : bullets(page.limits),
    ...(page.bounds.length === 0 ? [] : ['## Bounds', bullets(page.bounds)]),
    '## How to send it',
    ...page.snippets.flatMap(({ language, label, code }) => [
      `### ${label}`,
      `\`\`\`${FENCES[language] ?? language}\n${code}\n\`\`\``,
    ]),
    '## When a call is refused',
    'The answer names a code. It is the same in the body (`code`) and in the request log of your contact.',
    table(
      ['Code', 'Status', 'Meaning', 'What to do'],
      page.errors.map(({ code, status, meaning, whatToDo }) => [
        `\`${code}\``,
        String(status),
        plain(meaning),
        plain(whatToDo),
      ]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function callLines({ calls }: Omit<Passport, 'markdown'>): readonly string[] {
  if (calls.length === 0) return ['Nothing yet.'];
  return calls.flatMap(({ name, description, service, baseUrl, may, mayNot }) => {
    const where = service === null ? 'at every service' : `at ${plain(service)}`;
    const head = `### ${name === null ? 'Rules of its own' : plain(name)} ${where}`;
    const lines = [
      ...may.map((rule) => `- ${code(rule)}`),
      ...mayNot.map((rule) => `- not ${code(rule)}`),
    ].join('\n');
    return [
      head,
      ...(description === '' ? [] : [plain(description)]),
      ...(baseUrl === null ? [] : [`Address: ${code(baseUrl)}`]),
      ...(lines === '' ? [] : [lines]),
    ];
  });
}
