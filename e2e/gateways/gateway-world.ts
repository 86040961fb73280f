import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallInput } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import type { ServiceId } from '#contract/ids.ts';
import { newAdminToken, startHeadless, type HeadlessApp } from '../start-headless.ts';
import { startRecordingService, type RecordingService } from './recording-service.ts';
import { freePort, startGateway, type Gateway, type Proxy } from './start-gateway.ts';

const DAY_MS = 86_400_000;

/** A real Latchkey, a real proxy with the configuration that it wrote, and a service behind it. */
export interface GatewayWorld {
  readonly app: HeadlessApp;
  readonly service: RecordingService;
  readonly gateway: Gateway;
  readonly serviceId: ServiceId;
  readonly serviceToken: string;
  readonly url: string;
  readonly keys: Awaited<ReturnType<typeof seedKeys>>;
  /** One request of a client. The path is sent as it is. */
  readonly send: (options: ClientRequest) => Promise<ClientAnswer>;
  readonly close: () => Promise<void>;
}

export interface ClientRequest {
  readonly method?: string;
  readonly path?: string;
  /** Several of one name as an array. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface ClientAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly problem: { readonly code?: string; readonly status?: number; readonly detail?: string };
}

/** Starts all of it. */
export async function startGatewayWorld(
  proxy: Proxy,
  options: Partial<CallInput<'gateways.config'>> = {},
): Promise<GatewayWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-gateway-'));
  await chmod(folder, 0o755);
  const proxyFolder = join(folder, 'proxy');
  await mkdir(proxyFolder);
  const service = await startRecordingService();
  const app = await startHeadless(join(folder, 'data'), newAdminToken());
  const { service: trade, token } = await app.call('services.create', { name: 'Trade', slug: 'trade-api' });
  if (token === null) throw new Error('services.create gave no token.');
  const keys = await seedKeys(app, trade.id);
  const port = await freePort();
  const config = await app.call('gateways.config', {
    dialect: proxy,
    serviceId: trade.id,
    upstreamUrl: service.url,
    publicHost: '127.0.0.1',
    publicPort: port,
    configFolder: proxyFolder,
    ...options,
  });
  const gateway = await startGateway(proxy, config, { folder: proxyFolder, port, serviceToken: token });
  return {
    app,
    service,
    gateway,
    serviceId: trade.id,
    serviceToken: token,
    url: `http://127.0.0.1:${port}`,
    keys,
    send: (asked) => send(port, asked),
    close: async () => {
      await gateway.stop();
      await app.stop();
      await service.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function seedKeys(app: HeadlessApp, serviceId: ServiceId) {
  const scope = await app.call('scopes.create', {
    serviceId,
    name: 'inventory:all',
    rules: [{ effect: 'allow', methods: ['GET', 'POST'], path: '/inventory/**' }],
  });
  const partner = await app.call('partners.create', {
    name: 'Æcme & Söhne',
    tier: 'external',
    contactEmail: 'ops@acme.example',
  });
  const application = await app.call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'feed@acme.example',
  });
  const make = async (name: string, changes: Partial<CallInput<'keys.create'>> = {}) => {
    const { key, secret } = await app.call('keys.create', {
      applicationId: application.id,
      name,
      environment: 'live',
      scopeIds: [scope.id],
      expiresAt: null,
      externalId: 'crm-17',
      ...changes,
    });
    if (secret === null) throw new Error('keys.create gave no secret.');
    return { keyId: key.keyId, text: secret };
  };
  const [good, revoked, suspended] = [
    await make('Prüfstand 7'),
    await make('Revoked'),
    await make('Suspended'),
  ];
  const expired = await make('Expired', { expiresAt: timestampMs.parse(Date.now() + 400) });
  const outOfScope = await make('Elsewhere', {
    scopeIds: [],
    rules: [{ effect: 'allow', methods: ['GET'], path: '/elsewhere' }],
  });
  const limited = await make('Limited', { rateLimit: { limit: 2, windowMs: 60_000 } });
  const fromShop = await make('Shop', { originAllow: ['https://shop.example'] });
  const expiresAt = timestampMs.parse(Date.now() + 2 * DAY_MS);
  const old = await make('Old secret', { expiresAt });
  await app.call('keys.rotate', { keyId: old.keyId, overlapMs: DAY_MS });
  await app.call('keys.revoke', { keyId: revoked.keyId, reason: 'leaked' });
  await app.call('keys.suspend', {
    keyId: suspended.keyId,
    reason: 'Under review',
    message: 'Please call us.',
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const last = good.text.slice(-1);
  return {
    good,
    revoked,
    suspended,
    expired,
    outOfScope,
    limited,
    fromShop,
    old: { ...old, expiresAt },
    application,
    partner,
    malformed: `${good.text.slice(0, -1)}${last === 'A' ? 'B' : 'A'}`,
  };
}

function send(port: number, asked: ClientRequest): Promise<ClientAnswer> {
  const { method = 'GET', path = '/inventory/42', headers = {}, body } = asked;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, agent: false, headers: headers as Record<string, string> },
      (incoming) => {
        let text = '';
        incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
        incoming.on('end', () => {
          const isProblem = incoming.headers['content-type']?.includes('problem+json') ?? false;
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            problem: isProblem ? (JSON.parse(text) as ClientAnswer['problem']) : {},
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
