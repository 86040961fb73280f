import { readFileSync } from 'node:fs';
import { contract, type ProcedureName } from '#contract/contract.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { SecretScan } from '../worlds/secret-scan.ts';
import { SERVICE_ROUTES } from '../worlds/service-routes.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

/** What answers after the secrets were shown: every query of the contract that needs no input to be told. */
const LATER = (Object.keys(contract) as ProcedureName[]).filter(
  (name) => contract[name].kind === 'query' && contract[name].input.safeParse({}).success,
);
const ENCODINGS = 8;

/** Makes many keys, sends them every way there is and some that there should not be, and looks for what is left of them. */
async function canaries(work: Workbench, program: Program, keys: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  await team.call('settings.update', { accessLog: 'file' });
  const scan = new SecretScan();
  const transcript: Heard[] = [];
  const first = team.server();
  for (const token of [team.serviceToken, team.start.adminToken]) scan.add(token);
  for (let key = 0; key < keys; key += 1) await useKey(team, { scan, transcript, number: key });
  await team.call('backups.create', {});
  const answered = await laterAnswers(team);
  const places = [
    ...scan.find('process arguments', readFileSync(`/proc/${String(first.pid)}/cmdline`)),
    ...transcript.flatMap(([place, text]) => scan.find(place, Buffer.from(text))),
    ...answered.flatMap(([name, text]) => scan.find(name, Buffer.from(text))),
    ...scan.findInFolder(team.start.data),
  ];
  await first.end();
  const after = [
    ...scan.findInFolder(team.start.data),
    ...scan.find('standard error', Buffer.from(first.complaints())),
  ];
  const found = [...places, ...after];
  const where = [
    ...new Set(found.map(({ place, encoding }) => `${encoding} in ${place.replace(team.start.data, '')}`)),
  ];
  return {
    reached: `${String(found.length)} findings${where.length > 0 ? ` (${where.slice(0, 4).join('; ')})` : ''} of ${keys.toLocaleString('en')} keys in ${String(ENCODINGS)} encodings and pieces of 16 characters; ${(scan.searchedBytes / 1e6).toFixed(0)} MB searched in files, backups, logs, ${String(answered.length)} later answers, answers to verifications and process arguments`,
    holds: found.length === 0,
  };
}

/** Where an answer came from, and what it said. */
type Heard = readonly [place: string, text: string];

interface Canary {
  readonly scan: SecretScan;
  readonly transcript: Heard[];
  readonly number: number;
}

/** Ways to send a key, one after the other, so that all keys together take each. */
async function useKey(team: TeamServer, { scan, transcript, number }: Canary): Promise<void> {
  const { keyId, secret } = await team.newKey();
  scan.add(secret);
  let current = secret;
  if (number % 7 === 0) {
    const rotated = await team.call('keys.rotate', { keyId, overlapMs: 3_600_000 });
    current = rotated.secret ?? '';
    scan.add(current);
  }
  const json = { Authorization: `Bearer ${team.serviceToken}`, 'Content-Type': 'application/json' };
  const part = current.slice(current.lastIndexOf('_') + 1);
  const body = (fields: object): string => JSON.stringify({ method: 'GET', path: '/inventory/1', ...fields });
  const basic = Buffer.from(`${keyId}:${part}`).toString('base64');
  const proxied = {
    'X-Latchkey-Service': team.serviceToken,
    'X-Forwarded-Method': 'GET',
    'X-Forwarded-Uri': '/inventory/1',
  };
  const ways = [
    () => team.send('/v1/verify', { headers: json, body: body({ key: current }) }),
    () => team.send('/v1/verify', { headers: json, body: body({ key: `${current.slice(0, -1)}~` }) }),
    () =>
      team.send('/v1/verify', {
        headers: json,
        body: body({ key: current, path: `/inventory/${current}?key=${current}` }),
      }),
    () =>
      team.send('/v1/verify', {
        headers: json,
        body: body({
          key: current,
          userAgent: current,
          tags: [`k=${current.slice(0, 60)}`],
          origin: `https://${part}.example`,
          explain: true,
        }),
      }),
    () => team.send('/v1/verify', { headers: json, body: body({ keyId, secret: part }) }),
    () => team.send('/v1/verify', { headers: json, body: `{"key":"${current}",` }),
    () => team.send('/v1/verify', { headers: json, body: body({ key: current, [current]: 1 }) }),
    () =>
      team.send('/v1/verify/batch', {
        headers: json,
        body: JSON.stringify({ items: [{ key: current, method: 'GET', path: '/inventory/1' }] }),
      }),
    () => team.send('/v1/lookup', { headers: json, body: JSON.stringify({ key: current }) }),
    () => team.send('/v2/keys.verifyKey', { headers: json, body: JSON.stringify({ key: current }) }),
    () =>
      team.send('/v1/introspect', {
        headers: { ...json, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `token=${current}`,
      }),
    () => team.send(`/forward-auth/generic`, { headers: { ...proxied, Authorization: `Bearer ${current}` } }),
    () => team.send(`/forward-auth/generic`, { headers: { ...proxied, Authorization: `Basic ${basic}` } }),
    () =>
      team.send(`/forward-auth/nginx`, {
        headers: {
          'X-Latchkey-Service': team.serviceToken,
          'X-Original-Method': 'GET',
          'X-Original-Uri': `/inventory/1?key=${current}`,
        },
      }),
    () => team.send(`/healthz?key=${current}`, {}),
    () =>
      team.send(`/${encodeURIComponent(current)}`, {
        headers: { 'User-Agent': current, Referer: `https://x.example/${current}` },
      }),
    () =>
      team.send('/v1/log', {
        headers: json,
        body: JSON.stringify({ requestId: 'req_none', responseStatus: 200, errorCode: current.slice(0, 60) }),
      }),
    () => team.send('/v1/whoami', { headers: { Authorization: `Bearer ${current}` } }),
    () => anyRoute(team, number, current),
  ];
  // All keys together take each way, and each route of the service listener that is described, pages for people too.
  for (const way of [number, number + 1, number + 2, ways.length - 1]) {
    const answer = await ways[way % ways.length]?.();
    if (answer !== undefined)
      transcript.push([
        `answer to way ${String(way % ways.length)}`,
        JSON.stringify(answer.headers) + answer.body,
      ]);
  }
  if (number % 10 === 0) await askAdmin(team, { keyId, secret: current, transcript, number });
}

/** Sends a key to the next of all routes in every place that it has: in its address, as a credential and as fields of a form. */
function anyRoute(team: TeamServer, number: number, secret: string): ReturnType<TeamServer['send']> {
  const { method, path } = SERVICE_ROUTES[number % SERVICE_ROUTES.length] ?? { method: 'GET', path: '/' };
  const headers = { Authorization: `Bearer ${secret}`, 'X-API-Key': secret, 'User-Agent': secret };
  const url = path.replaceAll(/\{\w+\}/g, secret);
  if (method === 'GET') return team.send(url, { method, headers });
  const isForm = Math.floor(number / SERVICE_ROUTES.length) % 2 === 0;
  const fields = {
    key: secret,
    application: secret,
    purpose: secret,
    contactEmail: `${secret}@a.example`,
    code: secret,
  };
  return team.send(url, {
    method,
    headers: {
      ...headers,
      'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    },
    body: isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
  });
}

async function askAdmin(
  team: TeamServer,
  {
    keyId,
    secret,
    transcript,
    number,
  }: {
    readonly keyId: string;
    readonly secret: string;
    readonly transcript: Heard[];
    readonly number: number;
  },
): Promise<void> {
  const ask = async (name: ProcedureName, input: object): Promise<void> => {
    transcript.push([
      `answer to ${name.slice(0, 30)}`,
      JSON.stringify((await team.server().ask(name, input)).reply),
    ]);
  };
  await ask('keys.identify', { text: `seen: ${secret}` });
  await ask('keys.find', { text: secret });
  await ask('keys.list', { filter: { text: secret.slice(0, 60) } });
  await ask('keys.simulate', { keyId, method: 'GET', path: `/inventory/${secret}` });
  await ask('partners.create', { name: secret, tier: 'external', contactEmail: `${secret}@` });
  await ask(secret as ProcedureName, {});
  if (number % 50 === 0) await ask('keys.revoke', { keyId, reason: 'leaked' });
}

async function laterAnswers(team: TeamServer): Promise<readonly (readonly [string, string])[]> {
  const answers: (readonly [string, string])[] = [];
  for (const name of LATER) {
    const { reply } = await team.server().ask(name, {});
    answers.push([name, JSON.stringify(reply)]);
  }
  return answers;
}

/** Secrets that must not turn up. */
export const cases: readonly ProveCase[] = [
  {
    id: 'F1',
    promise:
      'After its first reveal a key is in no file, backup, log, export, answer or process argument, in no encoding and not in part',
    target: '0 findings of 1,000 keys',
    tier: 'T1',
    isBeside: true,
    figure: (work) => canaries(work, work.program, work.count(1_000)),
    controls: [
      {
        fault: 'a verification writes part of its key to standard error',
        run: (work) =>
          canaries(
            work,
            work.patched([
              {
                file: 'src-main/verify/verify-key.ts',
                find: 'const credential = readCredential(request, parts.keyShapes());',
                replace: `const credential = readCredential(request, parts.keyShapes());
  process.stderr.write(Buffer.from((request.key ?? '').slice(-30)).toString('base64') + '\\n');`,
              },
            ]),
            10,
          ),
      },
    ],
  },
];
