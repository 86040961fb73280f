import type { HygieneKind } from '#contract/hygiene.ts';
import type { ApplicationId, KeyId } from '#contract/ids.ts';
import { KEY_PAGE_MAX } from '#contract/keys.ts';
import { POLICY_BREACHES, type MonthlyReport, type PolicyBreach } from '#contract/monthly-report.ts';
import type { UseCaseContext } from '#main/context.ts';
import { HYGIENE_FILTERS } from './hygiene-filters.ts';
import { getKey } from '#main/keys/get-key.ts';
import type { createListKeys } from '#main/keys/list-keys.ts';
import type { TurnTaker } from '#main/keys/turn-taker.ts';
import { getApplication } from '#main/partners/get-application.ts';

/** Those that the hygiene board counts, too. */
const ON_BOARD = {
  missingContact: 'missingContact',
  noExpiry: 'noExpiry',
  overScoped: 'overScoped',
  sharing: 'sharing',
  neverUsed: 'neverUsed',
} as const satisfies Readonly<Record<Exclude<PolicyBreach, 'unconfirmedContact'>, HygieneKind>>;

type Application = MonthlyReport['applications'][number];
type NamedKey = Application['keys'][number];
type Found = Pick<NamedKey, 'keyId' | 'name' | 'environment'> & {
  readonly applicationId: ApplicationId;
  readonly applicationName: string;
  readonly partnerName: string;
  readonly contactEmail: string;
};

interface BreachSources {
  readonly listKeys: ReturnType<typeof createListKeys>;
  readonly turns: TurnTaker;
  /** Keys whose contact nobody has confirmed, by name. */
  readonly unconfirmed: readonly KeyId[];
}

/** Keys in use that are not as the policy wants them, grouped by application with its contact. Of each kind KEY_PAGE_MAX are named; the
 *  counts are those of the hygiene board. */
export async function policyBreaches(
  context: UseCaseContext,
  { listKeys, turns, unconfirmed }: BreachSources,
): Promise<Pick<MonthlyReport, 'breaches' | 'applications' | 'isCut'>> {
  const collected = new Collected();
  const breaches: MonthlyReport['breaches'][number][] = [];
  for (const breach of POLICY_BREACHES) {
    await turns.giveWay();
    if (breach === 'unconfirmedContact') {
      breaches.push({ breach, count: unconfirmed.length });
      for (const keyId of unconfirmed.slice(0, KEY_PAGE_MAX)) collected.add(foundKey(context, keyId), breach);
      continue;
    }
    const filter = HYGIENE_FILTERS[ON_BOARD[breach]];
    const { items, total } = await listKeys(context, { filter, sort: 'name', limit: KEY_PAGE_MAX });
    breaches.push({ breach, count: total });
    for (const item of items) collected.add(item, breach);
  }
  return {
    breaches,
    applications: collected.applications(),
    isCut: breaches.some(({ count }) => count > KEY_PAGE_MAX),
  };
}

function foundKey(context: UseCaseContext, keyId: KeyId): Found {
  const key = getKey(context, { keyId });
  const { contactEmail } = getApplication(context, { applicationId: key.applicationId });
  return { ...key, contactEmail };
}

/** Keys with all that is wrong with them. */
class Collected {
  readonly #keys = new Map<KeyId, { readonly key: Found; readonly breaches: PolicyBreach[] }>();

  add(key: Found, breach: PolicyBreach): void {
    const known = this.#keys.get(key.keyId);
    if (known === undefined) this.#keys.set(key.keyId, { key, breaches: [breach] });
    else known.breaches.push(breach);
  }

  /** By name, and so are the keys of each. */
  applications(): readonly Application[] {
    const found = new Map<ApplicationId, Application & { readonly keys: NamedKey[] }>();
    const sorted = [...this.#keys.values()].sort(({ key: one }, { key: other }) =>
      compareTexts(one.name, other.name),
    );
    for (const { key, breaches } of sorted) {
      const { applicationId, applicationName: name, partnerName, contactEmail, keyId, environment } = key;
      const application = found.get(applicationId) ?? {
        ...{ applicationId, name, partnerName, contactEmail: contactEmail.trim() },
        keys: [],
      };
      application.keys.push({ keyId, name: key.name, environment, breaches });
      found.set(applicationId, application);
    }
    return [...found.values()].sort((one, other) => compareTexts(one.name, other.name));
  }
}

function compareTexts(one: string, other: string): number {
  return one.localeCompare(other, 'en');
}
