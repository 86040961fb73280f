import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { escapeHtml } from '#main/domain/escape-html.ts';
import { markup, type Markup } from './markup.ts';

const STYLE = `body{font:1.0625rem/1.5 system-ui,sans-serif;margin:3rem auto;padding:0 1.25rem;max-width:38rem;color:#1c1b19;background:#faf9f7}
h1{font-size:1.5rem;line-height:1.25}code{font-family:ui-monospace,monospace}a{color:inherit}
@media (prefers-color-scheme:dark){body{color:#eceae6;background:#191816}}`;

/** A page of words alone. */
export interface PlainPage {
  readonly title: string;
  /** Paragraphs as text; they are escaped here. */
  readonly paragraphs: readonly string[];
}

/** Answers with a page that needs no script, keeps nothing, loads nothing and cannot be framed. */
export function sendPlainPage(response: ServerResponse, status: number, page: PlainPage): void {
  const html = markup`${page.paragraphs.map((text) => markup`<p>${text}</p>`)}`;
  sendHtmlPage(response, status, { title: page.title, html, style: '', hasForm: false });
}

/** The same with markup; `style` is added to that of plain pages. A page with a form may
 *  send it to this server alone, and says where it comes from: without that a browser's origin would be unknown. */
export function sendHtmlPage(
  response: ServerResponse,
  status: number,
  page: {
    readonly title: string;
    readonly html: Markup;
    readonly style: string;
    readonly hasForm: boolean;
  },
): void {
  const title = escapeHtml(page.title);
  const style = STYLE + page.style;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>
${page.html.text}
</main></body></html>
`;
  const styleHash = createHash('sha256').update(style).digest('base64');
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': page.hasForm ? 'same-origin' : 'no-referrer',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action ${page.hasForm ? "'self'" : "'none'"}; frame-ancestors 'none'`,
  });
  response.end(html);
}
