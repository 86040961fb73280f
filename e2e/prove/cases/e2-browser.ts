import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { engineAlone } from '../../chromium.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { SERVICE_ROUTES } from '../worlds/service-routes.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

/** A name that the browser takes to be this machine: what is left of a DNS rebinding once it has happened. */
const EVIL = 'evil.test';
const WAIT_MS = 1_500;

async function launch(work: Workbench): Promise<Browser> {
  const { args = [], ...options } = engineAlone();
  const browser = await chromium.launch({
    ...options,
    args: [...args, `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`],
  });
  work.onEnd(() => browser.close());
  return browser;
}

/** An empty page of somebody else, on a port of its own. */
async function strangersPort(work: Workbench): Promise<number> {
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<body>hello</body>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  work.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** What a page can try at an address; each answers what it could read, or an empty text. Runs in the browser. */
const ATTACK = async ({
  url,
  body,
  waitMs,
}: {
  readonly url: string;
  readonly body: string;
  readonly waitMs: number;
}): Promise<readonly string[]> => {
  const later = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(''), waitMs));
  const read = async (options: RequestInit): Promise<string> => (await fetch(url, options)).text();
  const json = { 'Content-Type': 'application/json' };
  const framed = (): string => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.src = url;
    frame.name = 'target';
    return '';
  };
  const form = (enctype: string): string => {
    const element = document.body.appendChild(document.createElement('form'));
    Object.assign(element, { method: 'POST', action: url, enctype, target: 'target' });
    const input = element.appendChild(document.createElement('input'));
    [input.name, input.value] = [body, ''];
    element.submit();
    return '';
  };
  const loaded = (tag: 'img' | 'script' | 'link' | 'object'): string => {
    const element = document.body.appendChild(document.createElement(tag));
    if (element instanceof HTMLLinkElement) Object.assign(element, { rel: 'stylesheet', href: url });
    else if (element instanceof HTMLObjectElement) element.data = url;
    else element.src = url;
    return '';
  };
  const socket = (): Promise<string> =>
    new Promise((resolve) => {
      const opened = new WebSocket(url.replace('http', 'ws'));
      opened.onopen = () => resolve('a WebSocket opened');
      opened.onerror = () => resolve('');
    });
  const events = (): Promise<string> =>
    new Promise((resolve) => {
      const source = new EventSource(url, { withCredentials: true });
      source.onmessage = ({ data }) => resolve(String(data));
      source.onopen = () => resolve('a stream opened');
      source.onerror = () => resolve('');
    });
  const xhr = (): Promise<string> =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.withCredentials = true;
      request.setRequestHeader('Content-Type', 'application/json');
      request.onloadend = () => resolve(request.responseText);
      request.send(body);
    });
  const opened = async (): Promise<string> => {
    const other = window.open(url);
    await later();
    const text = other?.document.body.innerText ?? '';
    other?.close();
    return text === 'hello' ? '' : text;
  };
  const vectors: readonly (() => string | Promise<string>)[] = [
    () => read({ credentials: 'include' }),
    () => read({ method: 'POST', credentials: 'include', headers: json, body }),
    () => read({ method: 'POST', credentials: 'include', headers: { ...json, 'X-CSRF': 'x' }, body }),
    () =>
      read({
        method: 'POST',
        mode: 'no-cors',
        credentials: 'include',
        headers: { 'Content-Type': 'text/plain' },
        body,
      }),
    () =>
      read({ method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams({ body }) }),
    () => read({ method: 'PUT', credentials: 'include', headers: json, body }),
    framed,
    () => form('text/plain'),
    () => form('application/x-www-form-urlencoded'),
    () => loaded('img'),
    () => loaded('script'),
    () => loaded('link'),
    () => loaded('object'),
    () => (navigator.sendBeacon(url, new Blob([body], { type: 'application/json' })), ''),
    events,
    socket,
    xhr,
    opened,
  ];
  const got: string[] = [];
  for (const vector of vectors) {
    try {
      got.push(await Promise.race([vector(), later()]));
    } catch {
      got.push('');
    }
  }
  return got;
};

/** What a page can read of every route of the service listener, and what it can send there without asking. Runs in the browser. */
const ALL_ROUTES = ({
  base,
  routes,
  secret,
}: {
  readonly base: string;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly secret: string;
}): Promise<readonly string[]> =>
  Promise.all(
    routes.map(async ({ method, path }) => {
      const url = base + path.replaceAll(/\{\w+\}/g, 'none');
      const fields = {
        key: secret,
        application: 'Strange',
        contactName: 'S',
        contactEmail: 's@evil.example',
      };
      const sent = { method, mode: 'no-cors', body: new URLSearchParams(fields) } as const;
      try {
        if (method !== 'GET') await fetch(url, { ...sent, credentials: 'include' });
        return await (
          await fetch(url, { credentials: 'include', signal: AbortSignal.timeout(5_000) })
        ).text();
      } catch {
        return '';
      }
    }),
  );

/** A person is signed in; pages of strangers, on another port and after a rebinding, try what pages can. */
async function attacks(work: Workbench, program: Program): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { keyId, secret } = await team.newKey();
  const browser = await launch(work);
  const context = await browser.newContext();
  const own = await signedIn(await context.newPage(), team);
  const stranger = await strangersPort(work);
  const { service, admin } = team.server();
  const portOf = (url: string): string => new URL(url).port;
  const pages = [
    `http://127.0.0.1:${String(stranger)}/`,
    `http://localhost:${String(stranger)}/`,
    `http://${EVIL}:${String(stranger)}/`,
    `http://${EVIL}:${portOf(service)}/healthz`,
    `http://${EVIL}:${portOf(admin)}/`,
  ];
  const state = async (): Promise<string> => {
    // What the program does by itself, such as its first backup, is no doing of a page.
    const { items } = await team.call('audit.list', { limit: 100 });
    const ofPeople = items.filter(({ actor }) => actor.kind !== 'system');
    const key = await team.call('keys.get', { keyId });
    const seen = await team.call('requests.list', { limit: 1 });
    const asked = await team.call('accessRequests.list', {});
    return JSON.stringify([
      ...[ofPeople.length, ofPeople[0]?.hash, key.status, seen.items[0]?.requestId],
      asked.items.length,
    ]);
  };
  const before = await state();
  const found = { tried: 0, readable: [] as string[] };
  for (const from of pages) {
    const page = await context.newPage();
    await page.goto(from).catch(() => null);
    if (from.includes(portOf(admin)) || from.includes(portOf(service)))
      noteText(found, from, await page.evaluate(() => document.body.innerText));
    for (const [url, body] of targets({ service, admin, from, keyId, secret })) {
      const got = await page.evaluate(ATTACK, { url, body, waitMs: WAIT_MS / 5 }).catch(() => []);
      found.tried += got.length;
      for (const text of got) noteText(found, `${from} at ${url}`, text);
    }
    const base = from.includes(`${EVIL}:${portOf(service)}`) ? service.replace('127.0.0.1', EVIL) : service;
    const read = await page.evaluate(ALL_ROUTES, { base, routes: SERVICE_ROUTES, secret }).catch(() => []);
    found.tried += read.length;
    for (const text of read) noteText(found, `${from} at a route`, text);
    await page.close();
  }
  const after = await state();
  const isSame = after === before;
  const stillWorks = await own.getByRole('heading', { level: 1 }).first().isVisible();
  return {
    reached: `${isSame ? 'no change of state' : `STATE CHANGED from ${before} to ${after}`}, ${String(found.readable.length)} readable answers${found.readable.length > 0 ? ` (${found.readable.slice(0, 3).join('; ')})` : ''} in ${String(found.tried)} attempts from ${String(pages.length)} pages, a person being signed in; the own page ${stillWorks ? 'works' : 'IS BROKEN'}`,
    holds: isSame && found.readable.length === 0 && stillWorks && found.tried > 200,
  };
}

/** Refusals may be read where a page was loaded from the very port: they say nothing but how to call. */
function noteText(found: { readonly readable: string[] }, where: string, text: string): void {
  if (text === '' || /MISDIRECTED_HOST|FORBIDDEN_ORIGIN|Call this server as/.test(text)) return;
  found.readable.push(`${where}: ${text.slice(0, 40)}`);
}

function targets(
  parts: Record<'service' | 'admin' | 'from' | 'keyId' | 'secret', string>,
): readonly (readonly [string, string])[] {
  const { service, admin, from, keyId, secret } = parts;
  // A page that was rebound reaches the listener under its own name.
  const rebound = (url: string): string =>
    from.includes(`${EVIL}:${new URL(url).port}`) ? url.replace('127.0.0.1', EVIL) : url;
  return [
    [`${rebound(admin)}/api/keys.revoke`, JSON.stringify({ keyId, reason: 'leaked' })],
    [`${rebound(admin)}/api/events`, ''],
    [`${rebound(admin)}/`, ''],
    [`${rebound(service)}/v1/verify`, JSON.stringify({ key: secret, method: 'GET', path: '/inventory/1' })],
  ];
}

async function signedIn(page: Page, team: TeamServer): Promise<Page> {
  const { url } = await team.call('sessions.createPairingLink', {});
  await page.goto(url ?? '');
  await page.getByRole('navigation').first().waitFor();
  return page;
}

/** Pages of strangers. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E2',
    promise:
      'Pages of other ports, other sites and after a DNS rebinding change nothing and read nothing, while a person is signed in',
    target: '0 changes, 0 readable answers in real Chromium',
    tier: 'T1',
    isBeside: true,
    figure: (work) => attacks(work, work.program),
    controls: [
      {
        fault: 'the Host is not looked at',
        run: (work) =>
          attacks(
            work,
            work.patched([
              {
                file: 'src-main/http/guard.ts',
                find: "if (isOurs && head.target.startsWith('/')",
                replace: "if (head.target.startsWith('/')",
              },
            ]),
          ),
      },
    ],
  },
];
