import { timestampMs } from '#contract/ids.ts';
import type { Call } from './running-app.ts';
import type { SeededTrade } from './seed-trade.ts';

const DAY_MS = 86_400_000;

const PARTNERS = [
  {
    name: 'Northwind',
    tier: 'external',
    application: 'Warehouse sync',
    slug: 'warehouse',
    key: 'Warehouse sync production',
  },
  {
    name: 'Ministry of Trade',
    tier: 'federal',
    application: 'Customs report',
    slug: 'customs',
    key: 'Quarterly customs report',
  },
  { name: 'Own apps', tier: 'first_party', application: 'Storefront', slug: 'storefront', key: 'Storefront' },
] as const;

/** A few more partners with keys in different states, as a team would have them. */
export async function seedTeam(call: Call, { readScopeId }: Pick<SeededTrade, 'readScopeId'>): Promise<void> {
  for (const { name, tier, application, slug, key } of PARTNERS) {
    const contactEmail = `ops@${slug}.example`;
    const partner = await call('partners.create', { name, tier, contactEmail });
    const made = await call('applications.create', {
      partnerId: partner.id,
      name: application,
      slug,
      contactEmail,
    });
    const common = { applicationId: made.id, scopeIds: [readScopeId] };
    const expiresAt = timestampMs.parse(Date.now() + 80 * DAY_MS);
    await call('keys.create', { ...common, name: key, environment: 'live', expiresAt, tags: ['team=trade'] });
    const soon = timestampMs.parse(Date.now() + 5 * DAY_MS);
    await call('keys.create', { ...common, name: `${key} (trial)`, environment: 'test', expiresAt: soon });
  }
  const { items } = await call('keys.list', { filter: { text: 'Storefront (trial)' } });
  const trial = items[0];
  if (trial !== undefined)
    await call('keys.suspend', { keyId: trial.keyId, reason: 'Waiting for a new contact.' });
}
