import { z } from 'zod';
import { openHouse } from './house.test-support.ts';
import type { House } from './house.test-support.ts';

const id = z.object({ id: z.string() });
const made = z.object({ key: z.object({ keyId: z.string() }), secret: z.string() });

/** A house with the services trade and stock, a scope of each, and an application that gets keys. */
export async function openDialectHouse() {
  const house = await openHouse();
  const ok = <T>(name: string, input: unknown, output: z.ZodType<T>) => called(house, name, input, output);
  const partner = await ok(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'dev@acme.example' },
    id,
  );
  const application = await ok(
    'applications.create',
    { partnerId: partner.id, name: 'Data feed', slug: 'datafeed', contactEmail: 'feed@acme.example' },
    id,
  );
  const [trade, stock] = [await addService(ok, 'Trade', 'trade'), await addService(ok, 'Stock', 'stock')];
  const newKey = (columns: Record<string, unknown> = {}) =>
    ok(
      'keys.create',
      {
        applicationId: application.id,
        name: 'Feed',
        environment: 'live',
        scopeIds: [trade.readScopeId],
        expiresAt: null,
        noExpiryReason: 'Test',
        ...columns,
      },
      made,
    ).then(({ key, secret }) => ({ keyId: key.keyId, secret }));
  return { house, ok, trade, stock, applicationId: application.id, newKey };
}

type Ok = <T>(name: string, input: unknown, output: z.ZodType<T>) => Promise<T>;

async function addService(ok: Ok, name: string, slug: string) {
  const { service, token } = await ok(
    'services.create',
    { name, slug },
    z.object({ service: id, token: z.string() }),
  );
  const scopeOf = async (verb: string, methods: readonly string[]) => {
    const rules = [{ effect: 'allow', methods, path: '/inventory/**' }];
    return (await ok('scopes.create', { serviceId: service.id, name: `inventory:${verb}`, rules }, id)).id;
  };
  return {
    id: service.id,
    slug,
    token,
    readScopeId: await scopeOf('read', ['GET']),
    writeScopeId: await scopeOf('write', ['POST']),
  };
}

async function called<T>(house: House, name: string, input: unknown, output: z.ZodType<T>): Promise<T> {
  const reply = await house.call(name, input);
  const parsed = z.object({ ok: z.literal(true), data: output }).safeParse(reply);
  if (parsed.success) return parsed.data.data;
  throw new Error(`${name} answered ${JSON.stringify(reply)}`);
}
