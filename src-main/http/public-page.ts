import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Markup, markup } from './markup.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './public-page-looks.ts';

/** A page with more than words. */
export interface PublicPage {
  readonly title: string;
  /** What stands below the title. */
  readonly main: Markup;
  /** May its form be sent, to this address? */
  readonly canSubmit?: boolean;
  /** Has it a text to copy? Then the one script of ours may run, which adds the button; nothing else needs a script. */
  readonly hasCopy?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a page that needs no script, keeps nothing, tells nobody where somebody was, loads nothing and cannot be framed. */
export function sendPublicPage(response: ServerResponse, status: number, page: PublicPage): void {
  const { text } = wholePage(page);
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex, nofollow, noarchive',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': policyOf(page),
    ...page.headers,
  });
  response.end(text);
}

function wholePage({ title, main, hasCopy }: PublicPage): Markup {
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${title}</title>
<style>${PAGE_STYLE}</style></head>
<body><main><h1>${title}</h1>
${main}
</main>${hasCopy === true ? markup`<script>${PAGE_SCRIPT}</script>` : null}</body></html>
`;
}

function policyOf({ canSubmit, hasCopy }: PublicPage): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(PAGE_STYLE)}'`,
    ...(hasCopy === true ? [`script-src '${hashOf(PAGE_SCRIPT)}'`] : []),
    "base-uri 'none'",
    `form-action ${canSubmit === true ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashOf({ text }: Markup): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
