import { request as httpRequest } from 'node:http';
import { z } from 'zod';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Handoff, HandoffWithTimeline } from '#contract/handoffs.ts';
import type { Key } from '#contract/keys.ts';
import { openHouse, type House } from './house.test-support.ts';

/** A browser as people have it. */
export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36';
/** Six words that are nobody's code. */
export const WRONG = 'amber-canal-otter-prism-lotus-tiger';

/** A key whose secret waits behind a link. */
export interface HandedOff {
  readonly key: Key;
  /** The whole key. */
  readonly text: string;
  readonly handoff: Handoff;
  /** Of the link. */
  readonly path: string;
  readonly code: string;
}

/** How a page is called; GET without a code. */
export interface Sent {
  readonly method?: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A whole product that can make links, and the ways to use them. */
export interface HandoffHouse {
  readonly house: House;
  readonly serviceToken: string;
  readonly call: <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;
  /** A key and the link to it. Time goes on, so that every test begins with a whole allowance of calls. */
  readonly handOff: (changes?: Partial<CallInput<'handoffs.create'>>) => Promise<HandedOff>;
  /** One call as a browser makes it, without a script. */
  readonly visit: (path: string, sent?: Sent) => Promise<Answered>;
  readonly stateOf: (one: Pick<HandedOff, 'handoff'>) => Promise<HandoffWithTimeline>;
}

/** Opens one, with a service, a scope and an application. */
export async function openHandoffHouse(): Promise<HandoffHouse> {
  const house = await openHouse();
  const call: HandoffHouse['call'] = async (name, input) => {
    const reply = z
      .object({ ok: z.literal(true), data: z.unknown() })
      .safeParse(await house.call(name, input));
    if (!reply.success) throw new Error(`${name} was refused.`);
    return reply.data.data as never;
  };
  await call('settings.update', { publicUrl: 'https://keys.acme.example', helpContact: 'help@acme.example' });
  const contactEmail = 'dev@acme.example';
  const partner = await call('partners.create', { name: 'Acme', tier: 'external', contactEmail });
  const application = { partnerId: partner.id, name: 'Data feed', slug: 'datafeed', contactEmail };
  const { id: applicationId } = await call('applications.create', application);
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }] as const;
  const scope = await call('scopes.create', { serviceId: service.id, name: 'all', rules: [...rules] });
  let made = 0;
  return {
    house,
    serviceToken: token ?? '',
    call,
    handOff: async (changes = {}) => {
      house.tick(61_000);
      made += 1;
      const { key, secret } = await call('keys.create', {
        applicationId,
        name: `Key ${String(made)}`,
        environment: 'live',
        scopeIds: [scope.id],
        expiresAt: null,
        noExpiryReason: 'For the test',
      });
      const text = secret ?? '';
      const { handoff, link, code } = await call('handoffs.create', {
        keyId: key.keyId,
        source: { kind: 'given', secret: text },
        channel: 'link',
        recipientName: 'Dana Doe',
        message: 'For the <b>feed</b>',
        ...changes,
      });
      return { key, text, handoff, path: new URL(link ?? '').pathname, code: code ?? '' };
    },
    visit: (path, sent = {}) => visitPage(`${house.service.url}${path}`, sent),
    stateOf: ({ handoff }) => call('handoffs.get', { handoffId: handoff.id }),
  };
}

function visitPage(url: string, { method, code, headers = {} }: Sent): Promise<Answered> {
  const body = code === undefined ? null : new URLSearchParams({ code }).toString();
  const form = {
    Origin: 'null',
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(body ?? ''),
  };
  const options = {
    method: method ?? (body === null ? 'GET' : 'POST'),
    headers: { 'User-Agent': BROWSER, ...(body === null ? {} : form), ...headers },
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
