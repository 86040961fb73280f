import { describe, expect, it } from 'vitest';
import { templateId, timestampMs } from '#contract/ids.ts';
import { createTemplateInput, type Template } from '#contract/templates.ts';
import { DAY_MS } from '#contract/usage.ts';
import { EMPTY_DRAFT, readDraft, type KeyDraft } from './key-draft.ts';
import { filledIn, isAsTemplate } from './key-template.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const made = (changes: object = {}): Template => ({
  ...createTemplateInput.parse({
    name: 'Feed',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/a/**' }],
    rateLimit: { limit: 5, windowMs: 60_000 },
    ipAllow: ['10.0.0.0/8'],
    tags: ['feed'],
    expiresInMs: 30 * DAY_MS,
    ...changes,
  }),
  id: templateId.parse('tpl_0000000000000001'),
  isArchived: false,
  keyCount: 0,
  createdAt: timestampMs.parse(1),
  updatedAt: timestampMs.parse(1),
});
const draftOf = (template: Template): KeyDraft => ({
  ...EMPTY_DRAFT,
  name: 'Mine',
  note: 'kept',
  ...filledIn(template, NOW_MS),
});

describe('a draft of a key that is filled in from a template', () => {
  it('holds what the template says and keeps name, note and, where it is left open, the environment', () => {
    const draft = draftOf(made());
    expect(draft).toMatchObject({
      name: 'Mine',
      note: 'kept',
      environment: 'live',
      expiry: '30',
      tags: 'feed',
    });
    expect(draftOf(made({ environment: 'test' })).environment).toBe('test');
    const read = readDraft({ ...draft, applicationId: 'app_0000000000000001' as never }, NOW_MS);
    expect(read.ok && read.input).toMatchObject({
      templateId: 'tpl_0000000000000001',
      rateLimit: { limit: 5, windowMs: 60_000 },
      ipAllow: ['10.0.0.0/8'],
      expiresAt: NOW_MS + 30 * DAY_MS,
    });
  });

  it('gets a date where the life is no preset, and a reason where it never ends', () => {
    const odd = draftOf(made({ expiresInMs: 36 * 3_600_000 }));
    expect(odd.expiry).toBe('date');
    expect(new Date(odd.expiryDate).getTime()).toBe(NOW_MS + 36 * 3_600_000);
    expect(draftOf(made({ expiresInMs: null }))).toMatchObject({
      expiry: 'none',
      noExpiryReason: 'Template Feed',
    });
  });

  it('counts as the template only while nothing that it grants, limits or binds is changed', () => {
    const template = made();
    const draft = draftOf(template);
    expect(isAsTemplate(draft, template)).toBe(true);
    expect(isAsTemplate({ ...draft, name: 'Other', tags: 'own', expiry: '7' }, template)).toBe(true);
    expect(isAsTemplate({ ...draft, rules: [] }, template)).toBe(false);
    expect(isAsTemplate({ ...draft, planId: 'pln_0000000000000001' }, template)).toBe(false);
    expect(isAsTemplate({ ...draft, expiry: 'none' }, template)).toBe(false);
    const kind = made({ expiryGraceMs: 2 * DAY_MS });
    expect(draftOf(kind).graceHours).toBe(48);
    expect(isAsTemplate(draftOf(kind), kind)).toBe(true);
    expect(isAsTemplate({ ...draftOf(kind), graceHours: null }, kind)).toBe(false);
  });
});
