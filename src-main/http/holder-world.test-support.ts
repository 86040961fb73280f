import { z } from 'zod';
import { enrollResponse, type EnrollResponse } from '#contract/enrolment.ts';
import { keyId as keyIdSchema } from '#contract/ids.ts';
import { verifyResponse, type VerifyResponse } from '#contract/verify.ts';
import { formatKey } from '#main/domain/key-format.ts';
import { openHouse, post } from './house.test-support.ts';

export const HOUR_MS = 3_600_000;
const id = z.object({ id: z.string() });
const made = z.object({ key: z.object({ keyId: keyIdSchema }), secret: z.string() });

/** A house with a partner, an application and a service whose scope allows GET /inventory/**, and what key holders and builds do
 *  with it over HTTP. */
export async function openHolderHouse() {
  const house = await openHouse();
  const ok = async <T>(name: string, input: unknown, output: z.ZodType<T>): Promise<T> =>
    z.object({ ok: z.literal(true), data: output }).parse(await house.call(name, input)).data;
  // What is promised holds on a busy machine too.
  await ok('settings.update', { shedLagMs: 0 }, z.unknown());
  const acme = { name: 'Acme', tier: 'external', contactEmail: 'dev@acme.example' };
  const { id: partnerId } = await ok('partners.create', acme, id);
  const feed = { partnerId, name: 'Data feed', slug: 'datafeed', contactEmail: 'feed@acme.example' };
  const { id: applicationId } = await ok('applications.create', feed, id);
  const trade = { name: 'Trade', slug: 'trade' };
  const { service, token } = await ok('services.create', trade, z.object({ service: id, token: z.string() }));
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }];
  const scope = { serviceId: service.id, name: 'inventory:read', rules };
  const { id: scopeId } = await ok('scopes.create', scope, id);
  const send = sender(house.service.url);
  const enrollWith = (enrolmentToken: string, body: object) =>
    send('/v1/enroll', { headers: { Authorization: `Bearer ${enrolmentToken}` }, body });
  return {
    house,
    serviceToken: token,
    ok,
    send,
    enrollWith,
    newKey: (name: string, more: object = {}) =>
      ok(
        'keys.create',
        {
          ...{ applicationId, name, environment: 'live', scopeIds: [scopeId] },
          ...{ expiresAt: null, noExpiryReason: 'Test', ...more },
        },
        made,
      ),
    rotate: (keyId: string) => ok('keys.rotate', { keyId, overlapMs: HOUR_MS }, made),
    tokenOf: async (keyId: string, more: object = {}): Promise<string> => {
      const expiresAt = house.core.clock.nowMs() + 24 * HOUR_MS;
      const input = { keyId, name: 'Builds', childLifeMsMax: HOUR_MS, expiresAt, ...more };
      return (await ok('enrolment.createToken', input, z.object({ token: z.string() }))).token;
    },
    verify: async (key: string, more: object = {}): Promise<VerifyResponse> => {
      const body = { key, method: 'GET', path: '/inventory/42', ...more };
      return verifyResponse.parse(await post(`${house.service.url}/v1/verify`, token, body));
    },
    enroll: async (enrolmentToken: string, body: object = { version: '318' }): Promise<EnrollResponse> => {
      const response = await enrollWith(enrolmentToken, body);
      const answer: unknown = await response.json();
      if (response.status !== 201) throw new Error(JSON.stringify(answer));
      return enrollResponse.parse(answer);
    },
  };
}

/** A good text of a key that nobody has. */
export function unknownKey(): string {
  const keyId = keyIdSchema.parse('unknownkey01');
  return formatKey({ environment: 'live', slug: 'datafeed', keyId, secret43: 'x'.repeat(43) });
}

/** Status and words of an answer that refuses. */
export async function problemOf(response: Response) {
  const body: unknown = await response.json();
  return { status: response.status, ...z.object({ code: z.string(), detail: z.string() }).parse(body) };
}

/** A request without a service token: GET, or POST with JSON or a form. */
export interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly form?: Record<string, string>;
}

function sender(url: string) {
  return (path: string, { headers = {}, body, form }: Sent = {}): Promise<Response> => {
    if (form === undefined && body === undefined) return fetch(`${url}${path}`, { headers });
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const text = form === undefined ? JSON.stringify(body) : new URLSearchParams(form).toString();
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': type, ...headers },
      body: text,
    });
  };
}
