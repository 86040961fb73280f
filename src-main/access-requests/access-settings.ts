import { DEFAULT_ACCESS_POLICY } from '#contract/access-policy.ts';
import {
  DEFAULT_ACCESS_SETTINGS,
  storedAccessSettings,
  type AccessSettings,
} from '#contract/access-settings.ts';
import type { HandlerInput } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getTemplate } from '#main/templates/get-template.ts';
import { inputProblem, refuseKeyText } from './refuse-key-text.ts';

/** Name of the row in the table of settings. */
const ROW = 'accessRequests';

/** How asking for a key is set up, with the newest terms. What this program no longer accepts counts as never set. */
export function readAccessSettings({ db }: Pick<UseCaseContext, 'db'>): AccessSettings {
  const row = db.settings.list().find(({ name }) => name === ROW);
  const stored = row === undefined ? null : storedAccessSettings.safeParse(JSON.parse(row.value));
  const terms = db.accessRequests.lastTerms();
  const settings = stored?.success === true ? stored.data : DEFAULT_ACCESS_SETTINGS;
  return {
    ...settings,
    policy: settings.policy === '' ? DEFAULT_ACCESS_POLICY : settings.policy,
    terms: terms?.text ?? '',
    termsVersion: terms === null || terms.text === '' ? null : terms.version,
  };
}

/** Stores what is given; other terms become their next version. Throws TEMPLATE_NOT_FOUND for a template of automatic approval that is
 *  not there, and INVALID_INPUT for automatic approval without one. */
export function updateAccessSettings(
  context: UseCaseContext,
  input: HandlerInput<'accessRequests.updateSettings'>,
): AccessSettings {
  return context.command(() => {
    const before = readAccessSettings(context);
    refuseKeyText('introduction', input.introduction ?? '');
    refuseKeyText('terms', input.terms ?? '');
    refuseKeyText('policy', input.policy ?? '');
    const wanted = { ...before, ...withoutUndefined(input) };
    checkAutomatic(context, wanted);
    const { terms, termsVersion: _version, ...rest } = wanted;
    // Who has the default gets a better one with the next version of this program.
    const policy = rest.policy === DEFAULT_ACCESS_POLICY ? '' : rest.policy;
    context.db.settings.put(ROW, JSON.stringify({ ...rest, policy }));
    if (terms !== before.terms) {
      const version = (context.db.accessRequests.lastTerms()?.version ?? 0) + 1;
      context.db.accessRequests.addTerms({ version, text: terms }, context.nowMs);
    }
    const after = readAccessSettings(context);
    const names = FIELDS.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    return {
      value: after,
      audit: {
        action: 'accessRequests.updateSettings',
        subject: { kind: 'setting', id: ROW, name: 'Access requests' },
        before: Object.fromEntries(names.map((name) => [name, before[name]])),
        after: Object.fromEntries(names.map((name) => [name, after[name]])),
      },
      changed: ['accessRequests', 'settings'],
    };
  });
}

const FIELDS = [
  'isOpen',
  'catalogue',
  'introduction',
  'terms',
  'termsVersion',
  'policy',
  'confirms',
  'trial',
  'automatic',
] as const satisfies readonly (keyof AccessSettings)[];

function withoutUndefined(input: HandlerInput<'accessRequests.updateSettings'>): Partial<AccessSettings> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function checkAutomatic(context: UseCaseContext, { automatic }: AccessSettings): void {
  if (automatic.templateId !== null) getTemplate(context, { templateId: automatic.templateId });
  else if (automatic.isOn) {
    throw inputProblem('automatic.templateId', 'Choose the template that says what such keys may call.');
  }
}
