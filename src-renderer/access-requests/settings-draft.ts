import { storedAccessSettings, type AccessSettings } from '#contract/access-settings.ts';
import type { CallInput } from '#contract/contract.ts';
import type { TemplateId } from '#contract/ids.ts';
import { limitDraftOf, typedLimits, type LimitDraft } from '#renderer/limits/limit-draft.ts';

/** How people ask, while it is typed. */
export interface SettingsDraft {
  readonly isOpen: boolean;
  readonly introduction: string;
  readonly terms: string;
  readonly policy: string;
  readonly catalogue: AccessSettings['catalogue'];
  readonly confirms: AccessSettings['confirms'];
  readonly trialLimits: LimitDraft;
  readonly trialDays: number | null;
  readonly isAutomatic: boolean;
  readonly templateId: TemplateId | null;
  /** One a line. */
  readonly mailDomains: string;
  readonly perDayMax: number | null;
  readonly requestsPerDayMax: number | null;
}

/** The settings as they stand, to be edited. */
export function draftOfSettings({ trial, automatic, ...settings }: AccessSettings): SettingsDraft {
  return {
    isOpen: settings.isOpen,
    introduction: settings.introduction,
    terms: settings.terms,
    policy: settings.policy,
    catalogue: settings.catalogue,
    confirms: settings.confirms,
    trialLimits: limitDraftOf({ rateLimit: trial.rateLimit, rateLimits: [], quota: trial.quota }),
    trialDays: trial.days,
    isAutomatic: automatic.isOn,
    templateId: automatic.templateId,
    mailDomains: automatic.mailDomains.join('\n'),
    perDayMax: automatic.perDayMax,
    requestsPerDayMax: automatic.requestsPerDayMax,
  };
}

/** What is sent, or why it cannot be yet. */
export type ReadSettings =
  | { readonly ok: true; readonly settings: CallInput<'accessRequests.updateSettings'> }
  | { readonly ok: false; readonly problem: string };

/** The settings of a draft. */
export function settingsOfDraft(draft: SettingsDraft): ReadSettings {
  const { rateLimit, quota } = typedLimits(draft.trialLimits);
  if (rateLimit === null || quota === null || draft.trialDays === null) {
    return { ok: false, problem: 'A trial needs a rate limit, a quota and an end.' };
  }
  if (draft.trialLimits.named.length > 0) {
    return { ok: false, problem: 'Trials have no limits with names. Take them out.' };
  }
  if (draft.isAutomatic && draft.templateId === null) {
    return { ok: false, problem: 'Choose the template of keys that nobody has to approve.' };
  }
  const { isOpen, introduction, catalogue, confirms, terms, policy } = draft;
  const read = storedAccessSettings.safeParse({
    ...{ isOpen, introduction, catalogue, confirms, policy },
    trial: { rateLimit, quota, days: draft.trialDays },
    automatic: {
      isOn: draft.isAutomatic,
      templateId: draft.templateId,
      mailDomains: draft.mailDomains.split(/[\s,;]+/).filter((domain) => domain !== ''),
      perDayMax: draft.perDayMax,
      requestsPerDayMax: draft.requestsPerDayMax,
    },
  });
  if (read.success) return { ok: true, settings: { ...read.data, terms } };
  return { ok: false, problem: `${fieldOf(read.error.issues[0]?.path ?? [])}: look at it again.` };
}

const FIELDS: Readonly<Record<string, string>> = {
  introduction: 'Why you ask',
  policy: 'Policy',
  trial: 'Trials',
  automatic: 'Without approval',
};

function fieldOf([first]: readonly PropertyKey[]): string {
  return FIELDS[String(first)] ?? 'One of the fields';
}
