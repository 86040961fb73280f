import type { Application, Partner } from '#contract/partners.ts';
import type { Key } from '#contract/keys.ts';
import type { Scope } from '#contract/scopes.ts';
import type { Service } from '#contract/services.ts';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { must } from '#main/platform/must.ts';

/** Where subjects are made: whatever takes an owner's calls. */
export interface SubjectsWorld {
  readonly call: <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;
}

/** A partner with an application, a service with a scope: what most tests start from. */
export interface TestSubjects {
  readonly partner: Partner;
  readonly application: Application;
  readonly service: Service;
  readonly serviceToken: string;
  readonly scope: Scope;
}

/** Makes Acme with its application "Data feed", and the service "Trade API" with the scope `inventory:read`. */
export async function makeSubjects(world: SubjectsWorld): Promise<TestSubjects> {
  const partner = await world.call('partners.create', {
    name: 'Acme',
    tier: 'external',
    contactEmail: 'api@acme.example',
  });
  const application = await world.call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'feed@acme.example',
  });
  const { service, token } = await world.call('services.create', { name: 'Trade API', slug: 'trade' });
  const scope = await world.call('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  return {
    partner,
    application,
    service,
    serviceToken: must(token, 'a new service comes with its token'),
    scope,
  };
}

/** A live key with the scope `inventory:read` that ends in 90 days, unless `changes` says otherwise; and its whole text. */
export async function makeKey(
  world: SubjectsWorld & { readonly nowMs: () => number },
  subjects: TestSubjects,
  changes: Partial<CallInput<'keys.create'>> = {},
): Promise<{ readonly key: Key; readonly text: string }> {
  const { key, secret } = await world.call('keys.create', {
    applicationId: subjects.application.id,
    name: 'Warehouse sync',
    environment: 'live',
    scopeIds: [subjects.scope.id],
    expiresAt: world.nowMs() + 90 * 86_400_000,
    ...changes,
  });
  if (secret === null) throw new Error('A new key comes with its secret.');
  return { key, text: secret };
}
