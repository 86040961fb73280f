import type { Application } from '#contract/partners.ts';
import type { Service } from '#contract/services.ts';
import { timestampMs, type PlanId, type ScopeId } from '#contract/ids.ts';
import { createKeyInput } from '#contract/key-policy.ts';
import type { Key } from '#contract/keys.ts';
import { SAMPLE_LINES } from '#contract/samples.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { UseCaseContext } from '#main/context.ts';
import { createKey } from '#main/keys/create-key.ts';
import { createApplication } from '#main/partners/create-application.ts';
import { createPartner } from '#main/partners/create-partner.ts';
import { createScope } from '#main/scopes/create-scope.ts';
import { createService } from '#main/services/create-service.ts';
import { importEndpoints } from '#main/services/import-endpoints.ts';
import type { SampleRoots } from '#main/sqlite/sample-queries.ts';

/** Marks everything that sample data are, on every screen and in every list. */
export const SAMPLE_TAG = 'sample';
const NOTE = 'Sample data. Remove all of it under Settings, Retention.';

const OWNERS = [
  { partner: 'Northwind (sample)', tier: 'external', application: 'Offers service', slug: 'smploffers' },
  {
    partner: 'Statistics Agency (sample)',
    tier: 'federal',
    application: 'Yearly report',
    slug: 'smplreport',
  },
  { partner: 'Own shop (sample)', tier: 'first_party', application: 'Kiosks', slug: 'smplkiosk' },
] as const;

/** What was made, for the traffic that comes after. */
export interface SampleObjects {
  readonly roots: SampleRoots;
  readonly service: Service;
  readonly keys: readonly Key[];
}

/** Makes partners, applications, a service with its catalogue and scopes, and keys of several kinds. Runs inside a command. */
export function makeSampleObjects(context: UseCaseContext): SampleObjects {
  const { service } = createService(context, {
    name: 'Trade (sample)',
    slug: 'smpltrade',
    baseUrl: null,
    verifyPerSecondMax: null,
    keepLiveSeconds: 0,
    keepTestSeconds: 0,
    askedFrom: [],
  });
  importEndpoints(context, { serviceId: service.id, lines: SAMPLE_LINES, removeEndpointIds: [] });
  const scope = (name: string, methods: ['GET'] | ['GET', 'POST'], path: string): ScopeId =>
    createScope(context, {
      serviceId: service.id,
      name,
      description: '',
      rules: [
        { effect: 'allow', methods, path },
        { effect: 'allow', methods, path: `${path}/**` },
      ],
    }).id;
  const reading = scope('inventory:read', ['GET'], '/inventory');
  const offering = scope('offers:write', ['GET', 'POST'], '/offers');
  const applications = OWNERS.map((owner) => makeApplication(context, owner));
  const keys = keysOf(applications, { reading, offering, planId: context.db.plans.findByName('external') });
  return {
    roots: { partnerIds: applications.map(({ partnerId }) => partnerId), serviceId: service.id },
    service,
    keys: keys.map(
      ({ lifeDays, ...input }) =>
        createKey(context, createKeyInput.parse({ ...input, ...expiry(context, lifeDays) })).key,
    ),
  };
}

function makeApplication(context: UseCaseContext, owner: (typeof OWNERS)[number]): Application {
  const contactEmail = `${owner.slug}@sample.invalid`;
  const { id: partnerId } = createPartner(context, {
    name: owner.partner,
    tier: owner.tier,
    contactName: 'Sample contact',
    contactEmail,
    note: NOTE,
    recipientKey: null,
  });
  return createApplication(context, {
    partnerId,
    name: owner.application,
    slug: owner.slug,
    contactEmail,
    note: NOTE,
    externalId: null,
  });
}

interface Granted {
  readonly reading: ScopeId;
  readonly offering: ScopeId;
  readonly planId: PlanId | null;
}

interface SampleKey {
  readonly applicationId: Application['id'] | undefined;
  readonly name: string;
  readonly environment: 'live' | 'test';
  readonly scopeIds: readonly ScopeId[];
  /** Days; null: never. */
  readonly lifeDays: number | null;
  readonly planId?: PlanId | null;
  readonly rateLimit?: { readonly limit: number; readonly windowMs: number };
}

function keysOf([one, two, three]: readonly Application[], granted: Granted): readonly SampleKey[] {
  const { reading, offering, planId } = granted;
  const read = { environment: 'live', scopeIds: [reading] } as const;
  return [
    { ...read, applicationId: one?.id, name: 'Data feed', lifeDays: 90, planId },
    {
      applicationId: one?.id,
      name: 'Offers writer',
      environment: 'live',
      scopeIds: [reading, offering],
      lifeDays: 60,
      rateLimit: { limit: 600, windowMs: 60_000 },
    },
    { ...read, applicationId: two?.id, name: 'Quarterly import', lifeDays: 9 },
    { ...read, applicationId: three?.id, name: 'Kiosk fleet', lifeDays: null },
    { ...read, applicationId: three?.id, name: 'Kiosk trial', environment: 'test', lifeDays: 30 },
  ];
}

function expiry(context: UseCaseContext, lifeDays: number | null) {
  return {
    tags: [SAMPLE_TAG],
    note: NOTE,
    expiresAt: lifeDays === null ? null : timestampMs.parse(context.nowMs + lifeDays * DAY_MS),
    noExpiryReason: lifeDays === null ? 'Sample data' : null,
  };
}
