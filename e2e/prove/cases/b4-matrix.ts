import { contract, type ProcedureName } from '#contract/contract.ts';
import { type Role, ROLES, roleAllows } from '#contract/procedure.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { type RawAnswer, requestText, sendRaw } from '../worlds/raw-http.ts';
import { startTeamServer, type TeamServer } from '../worlds/team-server.ts';

/** A credential in the head of a request. */
type Way = readonly [
  name: string,
  headers: (token: string) => readonly string[],
  target?: (path: string, token: string) => string,
];

const basic = (text: string): string => Buffer.from(text).toString('base64');

/** Ways to present an admin token. The first two are taken; whatever else stands there, the answer is never one for its holder. */
const ADMIN_WAYS: readonly (readonly [...Way, isTaken: boolean])[] = [
  ['Bearer', (token) => [`Authorization: Bearer ${token}`], undefined, true],
  ['bearer', (token) => [`Authorization: bearer ${token}`], undefined, true],
  ['nothing', () => [], undefined, false],
  ['Basic user', (token) => [`Authorization: Basic ${basic(`${token}:`)}`], undefined, false],
  ['Basic password', (token) => [`Authorization: Basic ${basic(`admin:${token}`)}`], undefined, false],
  ['X-API-Key', (token) => [`X-API-Key: ${token}`], undefined, false],
  ['a cookie', (token) => [`Cookie: sid=${token}; __Host-sid=${token}`], undefined, false],
  ['the service header', (token) => [`X-Latchkey-Service: ${token}`], undefined, false],
  [
    'twice',
    (token) => [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`],
    undefined,
    false,
  ],
  ['in the query', () => [], (path, token) => `${path}?token=${token}`, false],
];

/** Every procedure of the contract, for every role, in every way: let in exactly where the contract says so. */
async function procedures(work: Workbench, program: Program, every: number): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const tokens = await tokensOf(team);
  const { admin } = team.server();
  const { host } = new URL(admin);
  const names = (Object.keys(contract) as ProcedureName[]).filter((_, index) => index % every === 0);
  let asked = 0;
  const wrong: string[] = [];
  for (const name of names) {
    for (const [who, token] of Object.entries(tokens)) {
      for (const [way, headers, target, isTaken] of ADMIN_WAYS) {
        const path = `/api/${name}`;
        const text = requestText({
          method: 'POST',
          target: target?.(path, token) ?? path,
          host,
          headers: [...headers(token), 'Content-Type: application/json'],
          // No input of any procedure: what is let in goes no further.
          body: '{"thereIsNoSuchField":1}',
        });
        asked += 1;
        const got = outcome(await sendRaw(admin, text));
        const wanted = expected(who, contract[name].role, isTaken);
        if (got !== wanted) wrong.push(`${name} ${who} ${way}: ${got} instead of ${wanted}`);
      }
    }
  }
  return figure(
    wrong,
    asked,
    `${String(names.length)} procedures × ${String(Object.keys(tokens).length)} callers × ${String(ADMIN_WAYS.length)} ways`,
  );
}

function expected(who: string, least: Role, isTaken: boolean): string {
  const role = ROLES.find((one) => one === who);
  if (!isTaken || role === undefined) return 'stranger';
  return roleAllows(role, least) ? 'let in' : 'forbidden';
}

/** That the input is wrong is said to those who are let in alone; a header sent twice or a token in a URL is refused before. */
function outcome({ status, text }: RawAnswer): string {
  if (text.includes('"INVALID_INPUT"')) return 'let in';
  if (status === 401 || status === 400) return 'stranger';
  return status === 403 ? 'forbidden' : String(status);
}

async function tokensOf(team: TeamServer): Promise<Readonly<Record<string, string>>> {
  const tokens: Record<string, string> = { owner: team.start.adminToken, service: team.serviceToken };
  for (const role of ['admin', 'issuer', 'viewer'] as const) {
    tokens[role] = (await team.call('tokens.create', { name: `The ${role}`, role })).token ?? '';
  }
  const { token, ...revoked } = await team.call('tokens.create', { name: 'Former', role: 'owner' });
  tokens['revoked owner'] = token ?? '';
  const { items } = await team.call('tokens.list', {});
  const id = items.find(({ name }) => name === 'Former')?.id;
  if (id === undefined) throw new Error(`There is no such token: ${JSON.stringify(revoked)}`);
  await team.call('tokens.revoke', { tokenId: id });
  tokens['a key'] = (await team.newKey()).secret;
  return tokens;
}

function figure(wrong: readonly string[], asked: number, what: string): Figure {
  return {
    reached: `${String(wrong.length)} of ${asked.toLocaleString('en')} deviate (${what})${wrong.length > 0 ? `: ${wrong.slice(0, 4).join('; ')}` : ''}`,
    holds: wrong.length === 0,
  };
}

interface Presented {
  readonly keyId: string;
  readonly secret: string;
  readonly other: string;
}

/** Ways to present a key to a proxy, and whether they are taken. */
const KEY_WAYS: readonly (readonly [
  name: string,
  headers: (key: Presented) => readonly string[],
  isTaken: boolean,
])[] = [
  ['Bearer', ({ secret }) => [`Authorization: Bearer ${secret}`], true],
  ['bEaReR', ({ secret }) => [`Authorization: bEaReR ${secret}`], true],
  ['X-API-Key', ({ secret }) => [`X-API-Key: ${secret}`], true],
  ['x-api-key', ({ secret }) => [`x-api-key: ${secret}`], true],
  ['Basic user', ({ secret }) => [`Authorization: Basic ${basic(`${secret}:`)}`], true],
  [
    'Basic pair',
    ({ keyId, secret }) => [`Authorization: Basic ${basic(`${keyId}:${partOf(secret)}`)}`],
    true,
  ],
  ['two headers', ({ keyId, secret }) => [`X-API-Key: ${keyId}`, `X-API-Secret: ${partOf(secret)}`], true],
  ['both the same', ({ secret }) => [`Authorization: Bearer ${secret}`, `X-API-Key: ${secret}`], true],
  [
    'both, different',
    ({ secret, other }) => [`Authorization: Bearer ${secret}`, `X-API-Key: ${other}`],
    false,
  ],
  [
    'different, both',
    ({ secret, other }) => [`Authorization: Bearer ${other}`, `X-API-Key: ${secret}`],
    false,
  ],
  ['twice', ({ secret, other }) => [`X-API-Key: ${secret}`, `X-API-Key: ${other}`], false],
  ['nothing', () => [], false],
  ['Digest', ({ secret }) => [`Authorization: Digest ${secret}`], false],
  ['a cookie', ({ secret }) => [`Cookie: key=${secret}`], false],
];

function partOf(secret: string): string {
  return secret.slice(secret.lastIndexOf('_') + 1);
}

/** The proxies' doors: how each is told the method and path of the original request. */
const DIALECTS: readonly (readonly [
  name: string,
  target: (path: string) => string,
  headers: (method: string, path: string) => readonly string[],
])[] = [
  [
    'generic',
    () => '/forward-auth/generic',
    (method, path) => [`X-Forwarded-Method: ${method}`, `X-Forwarded-Uri: ${path}`],
  ],
  [
    'nginx',
    () => '/forward-auth/nginx',
    (method, path) => [`X-Original-Method: ${method}`, `X-Original-Uri: ${path}`],
  ],
  [
    'haproxy',
    () => '/forward-auth/haproxy',
    (method, path) => [`X-Original-Method: ${method}`, `X-Original-Uri: ${path}`],
  ],
  [
    'apisix',
    () => '/forward-auth/apisix',
    (method, path) => [`X-Forwarded-Method: ${method}`, `X-Forwarded-Uri: ${path}`],
  ],
  ['envoy', (path) => `/forward-auth/envoy${path}`, () => []],
];

/** Every dialect, key, endpoint and way: let through exactly where the key's scope allows and the way is one. */
async function keys(work: Workbench, program: Program): Promise<Figure> {
  const team = await startTeamServer(work, program);
  const { service } = team.server();
  const { host } = new URL(service);
  const other = (await team.newKey()).secret;
  const holders = await holdersOf(team);
  const wrong: string[] = [];
  let asked = 0;
  for (const [dialect, target, told] of DIALECTS) {
    for (const [holder, key, allowed] of holders) {
      for (const [method, path] of [
        ['GET', '/inventory/1'],
        ['POST', '/inventory/1'],
        ['GET', '/offers'],
        ['GET', '/inventory/../offers'],
        ['GET', '/inventory/%2e%2e/offers'],
      ] as const) {
        for (const [way, headers, isTaken] of KEY_WAYS) {
          // Envoy asks with the method of its client.
          const text = requestText({
            method: dialect === 'envoy' ? method : 'GET',
            target: target(path),
            host,
            headers: [
              `X-Latchkey-Service: ${team.serviceToken}`,
              ...told(method, path),
              ...headers({ ...key, other }),
            ],
          });
          asked += 1;
          const { status } = await sendRaw(service, text);
          const isLet = status === 200 || status === 204;
          const should = isTaken && allowed.includes(`${method} ${path}`);
          if (isLet !== should || status === 0 || status >= 500)
            wrong.push(`${dialect} ${holder} ${method} ${path} ${way}: ${String(status)}`);
        }
      }
    }
  }
  return figure(
    wrong,
    asked,
    `${String(DIALECTS.length)} dialects × ${String(holders.length)} keys × 5 endpoints × ${String(KEY_WAYS.length)} ways`,
  );
}

async function holdersOf(
  team: TeamServer,
): Promise<readonly (readonly [string, { keyId: string; secret: string }, readonly string[]])[]> {
  const everything = await team.call('scopes.create', {
    serviceId: team.serviceId,
    name: 'offers:all',
    rules: [{ effect: 'allow', methods: ['*'], path: '/offers' }],
  });
  const foreign = await team.call('services.create', { name: 'Stock', slug: 'stock' });
  const stock = await team.call('scopes.create', {
    serviceId: foreign.service.id,
    name: 'stock:all',
    rules: [{ effect: 'allow', methods: ['*'], path: '/**' }],
  });
  const revoked = await team.newKey();
  await team.call('keys.revoke', { keyId: revoked.keyId, reason: 'policy' });
  const suspended = await team.newKey();
  await team.call('keys.suspend', { keyId: suspended.keyId, reason: 'Unpaid' });
  return [
    ['reader', await team.newKey(), ['GET /inventory/1']],
    ['offers', await team.newKey({ scopeIds: [everything.id] }), ['GET /offers']],
    [
      'both',
      await team.newKey({ scopeIds: [everything.id, team.scopeId] }),
      ['GET /inventory/1', 'GET /offers'],
    ],
    ['of another service', await team.newKey({ scopeIds: [stock.id] }), []],
    ['without scopes', await team.newKey({ scopeIds: [] }), []],
    ['revoked', revoked, []],
    ['suspended', suspended, []],
  ];
}

/** Who may do what, whichever way they say who they are. */
export const cases: readonly ProveCase[] = [
  {
    id: 'B4',
    promise:
      'Every procedure lets in exactly the roles of the contract, in exactly the ways that are documented',
    target: '0 deviations in procedures × callers × ways',
    tier: 'T1',
    isBeside: true,
    figure: (work) => procedures(work, work.program, work.count(20) === 1 ? 20 : 1),
    controls: [
      {
        fault: 'the role is not looked at',
        run: (work) =>
          procedures(
            work,
            work.patched([
              {
                file: 'src-main/rpc/dispatch.ts',
                find: 'if (!roleAllows(caller.role, procedure.role)) {',
                replace: 'if (false) {',
              },
            ]),
            20,
          ),
      },
    ],
  },
  {
    id: 'B4k',
    promise:
      'A key is let through a proxy exactly where its scopes allow, in exactly the ways that are documented',
    target: '0 deviations in dialects × keys × endpoints × ways',
    tier: 'T1',
    isBeside: true,
    figure: (work) => keys(work, work.program),
    controls: [
      {
        fault: 'of two different keys the first is taken',
        run: (work) =>
          keys(
            work,
            work.patched([
              {
                file: 'src-main/http/forward-auth/proxy-credential.ts',
                find: 'return isSame(first, second) ? second : TWO_CREDENTIALS;',
                replace: 'return first;',
              },
            ]),
          ),
      },
    ],
  },
];
