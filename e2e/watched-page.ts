import type { Page } from 'playwright/test';

/** A refused call is an answer like any other, but Chromium notes every status above 399 in the console. */
const REFUSED = /status of (404|409|422)/;

/** Collects what a page complains about: errors in its console, uncaught errors, refused content and requests to other hosts. */
export function watchPage(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isRefusal =
      REFUSED.test(message.text()) && new URL(message.location().url).pathname.startsWith('/api/');
    if (message.type() === 'error' && !isRefusal)
      complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isOurs = ['127.0.0.1', 'localhost', 'bundle.app.localhost', 'bundle', ''].includes(hostname);
    if (!isOurs && protocol !== 'data:' && protocol !== 'blob:')
      complaints.push(`request to ${request.url()}`);
  });
  return complaints;
}

/** Texts of what the server answers to the screens from now on, as they come. */
export function answersTo(page: Page): readonly string[] {
  const answers: string[] = [];
  page.on('response', (response) => {
    if (!response.url().includes('/api/')) return;
    void response.text().then(
      (text) => answers.push(text),
      // A page that is left gives its answers up.
      () => undefined,
    );
  });
  return answers;
}
