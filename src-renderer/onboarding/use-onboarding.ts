import type { Application } from '#contract/partners.ts';
import { useNewestHandoff } from '#renderer/api/handoff-queries.ts';
import { useApplications, useKeysPage, usePartner, useTemplates } from '#renderer/api/queries.ts';
import { DEFAULT_STATUSES } from '#renderer/keys/keys-search.ts';
import { currentStep, stepsDone, type OnboardingSearch } from './onboarding-steps.ts';

/** Is never asked about. */
const NOBODY = 'par_0000000000000000';
const NOTHING = 'app_0000000000000000';
const NO_KEY = '000000000000';

/** How far an onboarding is: read off the partner, its application, key and handoff, so that anybody can take it up. */
export function useOnboarding(search: OnboardingSearch) {
  const { partner: partnerId } = search;
  const hasPartner = partnerId !== undefined;
  const partner = usePartner({ partnerId: partnerId ?? NOBODY }, { isEnabled: hasPartner });
  const applications = useApplications({ partnerId: partnerId ?? NOBODY }, { isEnabled: hasPartner });
  const templates = useTemplates();
  const items = applications.data?.items ?? [];
  const application = items.find(({ id }) => id === search.application) ?? newest(items);
  const keys = useKeysPage(
    {
      filter: { applicationId: application?.id ?? NOTHING, status: [...DEFAULT_STATUSES] },
      sort: '-created',
      limit: 1,
    },
    { isEnabled: application !== null },
  );
  const key = (application === null ? undefined : keys.data?.items[0]) ?? null;
  const handoffs = useNewestHandoff(key?.keyId ?? NO_KEY, {
    isEnabled: key !== null,
  });
  const handoff = (key === null ? undefined : handoffs.data?.items[0]) ?? null;
  const template = templates.data?.items.find(({ id }) => id === search.template) ?? null;
  const done = stepsDone({
    hasPartner,
    hasApplication: application !== null,
    hasTemplate: template !== null,
    key,
    handoff,
  });
  const asked = [
    templates,
    ...(hasPartner ? [partner, applications] : []),
    ...(application === null ? [] : [keys]),
    ...(key === null ? [] : [handoffs]),
  ];
  return {
    partner: partner.data ?? null,
    applications: items,
    templates: templates.data?.items ?? [],
    ...{ application, template, key, handoff, done },
    current: currentStep(done),
    isLoaded: asked.every(({ data }) => data !== undefined),
    error: asked.map(({ error }) => error).find((error) => error !== null) ?? null,
    retry: () => void Promise.all(asked.map((query) => query.refetch())),
  };
}
export type Onboarding = ReturnType<typeof useOnboarding>;

function newest(applications: readonly Application[]): Application | null {
  return applications.toSorted((one, other) => other.createdAt - one.createdAt)[0] ?? null;
}
