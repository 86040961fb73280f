import type { ApplicationId, KeyId, PartnerId, ScopeId, ServiceId } from '#contract/ids.ts';
import type { Call } from './running-app.ts';
import { TRADE_API } from './trade-api.ts';

/** Ids and secrets of a small, complete set-up. */
export interface SeededTrade {
  readonly partnerId: PartnerId;
  readonly applicationId: ApplicationId;
  readonly serviceId: ServiceId;
  readonly serviceToken: string;
  readonly readScopeId: ScopeId;
  readonly keyId: KeyId;
  readonly secret: string;
}

/** Makes the trade service with its catalogue, partner Acme with "Data feed", and a key that may read the inventory; then some
 *  traffic of both kinds. */
export async function seedTrade(call: Call, serviceUrl: string): Promise<SeededTrade> {
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  if (token === null) throw new Error('services.create gave no token.');
  await call('endpoints.import', { serviceId: service.id, openapi: JSON.stringify(TRADE_API) });
  const scope = await call('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    description: 'Look at the inventory.',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  const partner = await call('partners.create', {
    name: 'Acme',
    tier: 'external',
    contactEmail: 'ops@acme.example',
  });
  const application = await call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'feed@acme.example',
  });
  const { key, secret } = await call('keys.create', {
    applicationId: application.id,
    name: 'Data feed production',
    environment: 'live',
    scopeIds: [scope.id],
    expiresAt: null,
    noExpiryReason: 'Rotated every quarter.',
  });
  if (secret === null) throw new Error('keys.create gave no secret.');
  for (const [method, path, responseStatus] of [
    ['GET', '/inventory/42', 200],
    ['GET', '/inventory/43', 404],
    ['POST', '/offers', 0],
  ] as const) {
    const decision = await verify(serviceUrl, token, { key: secret, method, path });
    if (responseStatus > 0)
      await report(serviceUrl, token, { requestId: decision.requestId, responseStatus, durationMs: 7 });
  }
  return {
    partnerId: partner.id,
    applicationId: application.id,
    serviceId: service.id,
    serviceToken: token,
    readScopeId: scope.id,
    keyId: key.keyId,
    secret,
  };
}

/** Asks the service listener for one decision. */
export async function verify(
  serviceUrl: string,
  serviceToken: string,
  body: Readonly<Record<string, unknown>>,
): Promise<{
  valid: boolean;
  code: string;
  status: number;
  requestId: string;
  message?: string;
  missing?: string[];
  rule?: string | null;
  detail?: string | null;
  help?: string | null;
}> {
  let response = await post(`${serviceUrl}/v1/verify`, serviceToken, body);
  // A busy machine may turn new keys away for a moment; a service asks again, as it is told to.
  for (let again = 0; response.status === 503 && again < 5; again += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    response = await post(`${serviceUrl}/v1/verify`, serviceToken, body);
  }
  return (await response.json()) as Awaited<ReturnType<typeof verify>>;
}

/** Reports what became of a request. */
export async function report(
  serviceUrl: string,
  serviceToken: string,
  entry: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await post(`${serviceUrl}/v1/log`, serviceToken, entry);
  if (!response.ok) throw new Error(`The report was refused: ${await response.text()}`);
}

function post(url: string, token: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}
