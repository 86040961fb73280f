import { describe, expect, it } from 'vitest';
import { createTemplateInput, type Template } from '#contract/templates.ts';
import { templateId, timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import {
  draftOfTemplate,
  EMPTY_TEMPLATE,
  readTemplateDraft,
  templateFieldId,
  type TemplateDraft,
} from './template-draft.ts';

const FULL = createTemplateInput.parse({
  name: 'Feed',
  description: 'Reads',
  environment: 'test',
  rules: [{ effect: 'allow', methods: ['GET'], path: '/a/**' }],
  rateLimit: { limit: 5, windowMs: 90_000 },
  rateLimits: [{ name: 'burst', limit: 2, windowMs: 1_000, by: 'application', isSoft: true }],
  quota: { limit: 7, period: 'month', timeZone: 'Europe/Berlin', resetDay: 3, isSoft: true, by: 'partner' },
  ipAllow: ['10.0.0.0/8'],
  originAllow: ['https://acme.example'],
  userAgentAllow: ['curl'],
  timeAllow: [{ days: [1, 2], from: '08:00', to: '18:00', timeZone: 'UTC' }],
  bindingMode: 'observe',
  rotateEveryMs: 90 * DAY_MS,
  expiryGraceMs: 3 * 3_600_000,
  tags: ['a', 'b'],
  expiresInMs: 36 * 3_600_000,
  isForIssuers: true,
});
const template: Template = {
  ...FULL,
  id: templateId.parse('tpl_0000000000000001'),
  isArchived: false,
  keyCount: 0,
  createdAt: timestampMs.parse(1),
  updatedAt: timestampMs.parse(1),
};
const problemsOf = (change: Partial<TemplateDraft>) => {
  const read = readTemplateDraft({ ...EMPTY_TEMPLATE, name: 'x', ...change });
  return read.ok ? [] : read.problems.map(({ fieldId, label }) => [fieldId, label]);
};

describe('the form of a template', () => {
  it('gives back every field of a template that was opened and not touched', () => {
    expect(readTemplateDraft(draftOfTemplate(template))).toEqual({ ok: true, input: FULL });
    const never = { ...template, expiresInMs: null, environment: null };
    expect(readTemplateDraft(draftOfTemplate(never))).toEqual({
      ok: true,
      input: { ...FULL, expiresInMs: null, environment: null },
    });
  });

  it('names each problem once, at its field, in the order of the form', () => {
    expect(problemsOf({ name: ' ', expiresInDays: null, tags: 'not,a;tag' }).map(([id]) => id)).toEqual([
      'template-name',
      'template-expiresInMs',
      'template-tags',
    ]);
    expect(problemsOf({ bindings: { ...EMPTY_TEMPLATE.bindings, originAllow: 'nowhere' } })).toEqual([
      ['template-originAllow', 'Allowed origins'],
    ]);
    expect(templateFieldId('rateLimits.0.name')).toBe('template-rateLimits-0-name');
    expect(templateFieldId('quota')).toBe('template-quota-limit');
  });
});
