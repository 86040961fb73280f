import { AppError } from '#main/platform/app-error.ts';

const LOOPBACK_V4 = /^127(?:\.\d{1,3}){3}$/;

/** Is this host, as URLs write it, this machine itself? Names other than `localhost` are not looked up: they can be anywhere later. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || LOOPBACK_V4.test(host);
}

/** Where to connect: `localhost` is not left to a name service. */
export function connectHost(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host.replaceAll(/[[\]]/g, '');
}

/** The address of a webhook. Throws INVALID_INPUT for one that would send notices readably through a network, or that holds a password
 *  where everybody looks for none. */
export function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw problem('Enter a whole address, such as https://hooks.example.com/latchkey.');
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isAllowed) throw problem('Use https. Plain http goes to this machine only (127.0.0.1, localhost).');
  if (url.username !== '' || url.password !== '')
    throw problem('Leave out name and password: the signature proves who sends.');
  if (url.hash !== '') throw problem('Leave out what follows the #: it is never sent.');
  return url;
}

function problem(message: string): AppError {
  return new AppError('INVALID_INPUT', `url: ${message}`, [{ path: 'url', message }]);
}
