import { request as httpRequest } from 'node:http';
import { z } from 'zod';
import type { AccessRequest } from '#contract/access-requests.ts';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { openHouse, post, type House } from './house.test-support.ts';

/** By this name people outside come to the pages. */
export const PUBLIC_HOST = 'keys.acme.example';

/** A form as somebody fills it in. */
export const FORM = {
  application: 'Shop sync',
  team: 'Bolt Shops',
  contact: 'dev@bolt.example',
  volume: '500',
  environment: 'test',
  other: 'GET /inventory/{id}',
};

/** What came back. */
interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A whole product that strangers can ask for a key. */
export interface AccessHouse {
  readonly house: House;
  /** A key without rights. */
  readonly key: { readonly keyId: string; readonly text: string };
  readonly call: <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;
  /** A call as a browser without a script makes it, from an address of its own unless told: a form when there are fields. */
  readonly visit: (
    path: string,
    fields?: Readonly<Record<string, string>> | null,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answered>;
  /** One verification of the service Trade. */
  readonly verify: (request: object) => Promise<unknown>;
  readonly total: () => Promise<number>;
  readonly newest: () => Promise<AccessRequest | undefined>;
}

/** Opens one, with a service, a catalogue of two endpoints and a key. */
export async function openAccessHouse(): Promise<AccessHouse> {
  const house = await openHouse();
  const call: AccessHouse['call'] = async (name, input) => {
    const reply = z
      .object({ ok: z.literal(true), data: z.unknown() })
      .safeParse(await house.call(name, input));
    if (!reply.success) throw new Error(`${name} was refused.`);
    return reply.data.data as never;
  };
  await call('settings.update', {
    publicUrl: `https://${PUBLIC_HOST}`,
    helpContact: 'help@acme.example',
    trustedProxies: ['127.0.0.1'],
  });
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  await call('endpoints.import', {
    serviceId: service.id,
    lines: 'GET /inventory/{id}\nPOST /offers/{id} <b>Make</b> an offer',
  });
  const contactEmail = 'dev@acme.example';
  const partner = await call('partners.create', { name: 'Acme', tier: 'external', contactEmail });
  const { id: applicationId } = await call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail,
  });
  const made = await call('keys.create', {
    applicationId,
    name: 'Feed',
    environment: 'live',
    expiresAt: null,
    noExpiryReason: 'For the test',
  });
  let addresses = 0;
  return {
    house,
    key: { keyId: made.key.keyId, text: made.secret ?? '' },
    call,
    visit: (path, fields = null, headers = {}) => {
      addresses += 1;
      const own = { 'X-Forwarded-For': `198.51.${String(addresses >> 8)}.${String(addresses & 255)}` };
      const body = fields === null ? null : new URLSearchParams(fields).toString();
      return send(`${house.service.url}${path}`, body, { ...own, ...headers });
    },
    verify: (request) => post(`${house.service.url}/v1/verify`, token ?? '', request),
    total: async () => (await call('accessRequests.list', {})).all,
    newest: async () => (await call('accessRequests.list', { limit: 1 })).items[0],
  };
}

function send(
  url: string,
  body: string | null,
  headers: Readonly<Record<string, string>>,
): Promise<Answered> {
  const form = {
    Origin: 'null',
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': String(Buffer.byteLength(body ?? '')),
  };
  const options = {
    method: body === null ? 'GET' : 'POST',
    headers: { ...(body === null ? {} : form), ...headers },
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => void (text += piece));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
      });
    });
    sent.on('error', reject).end(body ?? undefined);
  });
}
