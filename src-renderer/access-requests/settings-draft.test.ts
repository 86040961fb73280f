import { expect, it } from 'vitest';
import { DEFAULT_ACCESS_SETTINGS } from '#contract/access-settings.ts';
import { draftOfSettings, settingsOfDraft } from './settings-draft.ts';

const stored = { ...DEFAULT_ACCESS_SETTINGS, terms: 'Share no key.', termsVersion: 3 };
const draft = draftOfSettings(stored);

it('settings that nobody touches are sent as they were', () => {
  const { termsVersion: _version, ...sent } = stored;
  expect(settingsOfDraft(draft)).toEqual({ ok: true, settings: sent });
});

it('says what is missing before it is sent', () => {
  for (const [change, problem] of [
    [{ trialDays: null }, 'A trial needs'],
    [{ trialDays: 0 }, 'Trials'],
    [{ isAutomatic: true }, 'Choose the template'],
    [{ mailDomains: 'not a domain' }, 'Without approval'],
    [{ perDayMax: null }, 'Without approval'],
  ] as const) {
    expect(settingsOfDraft({ ...draft, ...change })).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  }
});

it('domains are read one a line or by commas', () => {
  const read = settingsOfDraft({ ...draft, mailDomains: 'Acme.example, bolt.example\n' });
  expect(read).toMatchObject({ settings: { automatic: { mailDomains: ['acme.example', 'bolt.example'] } } });
});
