import { createHash } from 'node:crypto';
import { escapeHtml } from '#main/domain/escape-html.ts';
import type { PageContent } from './page-cipher.ts';
import { PAGE_SCRIPT } from './page-script.ts';

/** What a self-opening page says in the clear. None of it is secret. */
export interface SealedPageWords {
  readonly from: string;
  readonly recipientName: string;
  readonly keyName: string;
  readonly applicationName: string;
  readonly environment: string;
  readonly message: string;
  /** When the handoff counts as missed, in words. */
  readonly until: string;
  /** The passport as markup in which every text was escaped; null: none. */
  readonly passportHtml: string | null;
}

/** A page of one file that opens its content with the words: no network, nothing loaded, nothing kept. Its own policy allows this one
 *  script and style and nothing else. */
export function sealedPage(content: PageContent, words: SealedPageWords): string {
  const title = `API key for ${words.recipientName}`;
  const policy = `default-src 'none'; script-src '${hashOf(PAGE_SCRIPT)}'; style-src '${hashOf(STYLE)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(words.from)} sends you the key <strong>${escapeHtml(words.keyName)}</strong> (${escapeHtml(words.environment)}) of ${escapeHtml(words.applicationName)}. It is locked into this file. Use it before ${escapeHtml(words.until)}.</p>
${words.message === '' ? '' : `<p class="message">${escapeHtml(words.message)}</p>`}
<form id="form" data-content="${escapeHtml(JSON.stringify(content))}">
<label for="words">The eight words that you were given by another way</label>
<textarea id="words" rows="2" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="help status"></textarea>
<p id="help" class="quiet">Case, spaces and hyphens do not matter. Nothing is sent anywhere: this page works without network.</p>
<button id="open">Open</button>
<p id="status" role="status"></p>
<noscript><p>This page opens its content by a script of its own, which your browser does not run. Open it in a browser that does.</p></noscript>
</form>
<section id="result" hidden aria-labelledby="opened">
<h2 id="opened" tabindex="-1">Your key</h2>
<p><output id="secret"></output></p>
<p><button type="button" id="copy">Copy</button> <button type="button" id="show" aria-pressed="false">Show</button></p>
<p id="said" role="status"></p>
<p>Keep it in a secret store or an environment variable, never in code or chat. Then delete this file.</p>
</section>
${words.passportHtml ?? ''}
</main><script>${PAGE_SCRIPT}</script></body></html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const STYLE = `*{box-sizing:border-box}
body{font:1.0625rem/1.5 system-ui,sans-serif;margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:42rem;color:#1c1b19;background:#faf9f7;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin-bottom:.25rem}
label{display:block;font-weight:600}
textarea{display:block;width:100%;font:inherit;padding:.5rem;color:inherit;background:#fff;border:1px solid #76726b;border-radius:6px}
textarea[aria-invalid=true]{border:2px solid #b3261e}
button{font:inherit;padding:.5rem 1.25rem;border:1px solid #1c1b19;border-radius:6px;background:#1c1b19;color:#fff;cursor:pointer}
button:disabled{opacity:.6;cursor:default}
#show{background:none;color:inherit}
:focus-visible{outline:3px solid #2f6fd0;outline-offset:2px}
output,code,pre{font-family:ui-monospace,monospace;font-size:.9375rem}
output{display:block;padding:.75rem;border:1px solid #76726b;border-radius:6px}
pre{white-space:pre-wrap;padding:.75rem;border-left:3px solid #b9b4ab;margin:.5rem 0}
.message{white-space:pre-line;border-left:3px solid #b9b4ab;padding-left:.75rem}.quiet{font-size:.9375rem;color:#55514a}
th{text-align:left;font-weight:600}th,td{vertical-align:top;padding:.25rem .75rem .25rem 0}
@media (prefers-color-scheme:dark){body{color:#eceae6;background:#191816}textarea{background:#232220;border-color:#9a958c}
button{background:#eceae6;color:#191816;border-color:#eceae6}.quiet{color:#b9b4ab}textarea[aria-invalid=true]{border-color:#ff8a80}:focus-visible{outline-color:#8ab4f8}}`;
