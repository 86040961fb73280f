import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { JobId, KeyId, TemplateId } from '#contract/ids.ts';
import type { Template } from '#contract/templates.ts';
import { DAY_MS } from '#contract/usage.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
let template: Template;

const RATE = { limit: 30, windowMs: 60_000 };

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  template = await world.call('templates.create', { name: 'Feed', expiresInMs: 30 * DAY_MS });
});
afterEach(() => world.close());

async function makeKeys(count: number, of: TemplateId | null = template.id): Promise<readonly KeyId[]> {
  const made: KeyId[] = [];
  for (let number = 0; number < count; number += 1) {
    const name = `Key ${String(number)}`;
    if (of === null) made.push((await makeKey(world, subjects, { name })).key.keyId);
    else {
      const input = {
        templateId: of,
        applicationId: subjects.application.id,
        name,
        environment: 'live',
      } as const;
      made.push((await world.call('keys.createFromTemplate', input)).key.keyId);
    }
  }
  return made.toSorted();
}
const change = (changes: Partial<CallInput<'templates.update'>>) =>
  world.call('templates.update', { templateId: template.id, ...changes });
const drift = (draft?: CallInput<'templates.drift'>['draft']) =>
  world.call('templates.drift', { templateId: template.id, ...(draft === undefined ? {} : { draft }) });
const all = (except: readonly KeyId[] = []) => ({
  templateId: template.id,
  keys: { kind: 'all' as const, except: [...except] },
});
const last = async () => (await world.call('templates.applied', { templateId: template.id })).last;
const jobOf = async (jobId: JobId) =>
  (await world.call('jobs.list', {})).items.find((job) => job.jobId === jobId);
const ended = (jobId: JobId) =>
  vi.waitFor(async () => expect((await jobOf(jobId))?.endedAt).not.toBeNull(), { timeout: 20_000 });
const limitOf = async (keyId: KeyId) => (await world.call('keys.get', { keyId })).rateLimit;

describe('counting where the keys of a template differ', () => {
  it('counts every key, also from a draft, and not those that are revoked', async () => {
    const keyIds = await makeKeys(45);
    expect(await drift()).toEqual({ keys: 45, differing: 0, fields: [] });
    expect(await drift({ rateLimit: RATE })).toMatchObject({ keys: 45, differing: 45 });
    await world.call('keys.update', { keyId: keyIds[44] ?? '', rateLimit: RATE, ipAllow: ['10.0.0.1'] });
    await world.call('keys.update', { keyId: keyIds[43] ?? '', ipAllow: ['10.0.0.1'] });
    await world.call('keys.revoke', { keyId: keyIds[0] ?? '', reason: 'policy' });
    expect(await drift()).toEqual({
      keys: 44,
      differing: 2,
      fields: [
        { field: 'ipAllow', keys: 2 },
        { field: 'rateLimit', keys: 1 },
      ],
    });
  });

  it('the list of those that differ has exactly these, page by page', async () => {
    const keyIds = await makeKeys(24);
    const edited = [3, 17, 18, 23].map((index) => keyIds[index] ?? '');
    for (const keyId of edited) await world.call('keys.update', { keyId, rateLimit: RATE });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: readonly { keyId: KeyId }[]; nextCursor: string | null; total: number } =
        await world.call('templates.keys', {
          templateId: template.id,
          onlyDiffering: true,
          limit: 3,
          ...(cursor === '' ? {} : { cursor }),
        });
      expect(page.total).toBe(24);
      seen.push(...page.items.map(({ keyId }) => keyId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(edited);
  });
});

describe('applying a template to all of its keys', () => {
  it('changes all but those left out, each with an audit event, and one undo gives each back what it had', async () => {
    const keyIds = await makeKeys(45);
    const [own = '' as KeyId, spared = '' as KeyId] = keyIds;
    await world.call('keys.update', { keyId: own, rateLimit: { limit: 7, windowMs: 1_000 } });
    await change({ rateLimit: RATE, scopeIds: [subjects.scope.id] });
    const { jobId } = await world.call('templates.applyToMany', all([spared]));
    await ended(jobId);
    expect(await jobOf(jobId)).toMatchObject({
      kind: 'bulk',
      title: 'Applying Feed to 44 keys',
      state: 'done',
      done: 44,
      total: 44,
      result: { text: '44 keys changed.', page: `/templates/${template.id}` },
    });
    expect(await drift()).toMatchObject({ keys: 45, differing: 1 });
    expect(await limitOf(spared)).toBeNull();
    expect((await world.call('keys.get', { keyId: own })).scopeIds).toEqual([subjects.scope.id]);
    const { items } = await world.call('audit.list', { filter: { action: 'keys.update' }, limit: 200 });
    expect(items.filter(({ reason }) => reason === 'Template Feed')).toHaveLength(44);
    expect(await last()).toMatchObject({
      jobId,
      changed: 44,
      skipped: 0,
      isRunning: false,
      undoJobId: null,
    });
    const undo = await world.call('templates.undoApply', { jobId });
    await ended(undo.jobId);
    expect(await limitOf(own)).toEqual({ limit: 7, windowMs: 1_000 });
    for (const keyId of keyIds.slice(1)) expect(await limitOf(keyId)).toBeNull();
    expect((await world.call('keys.get', { keyId: own })).scopeIds).toEqual([]);
    expect((await world.refusal('templates.undoApply', { jobId })).code).toBe('WRONG_STATUS');
    expect(await last()).toMatchObject({ undoJobId: undo.jobId, isRunning: false });
    expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it('undo leaves a key alone that somebody has changed since, and one that was revoked', async () => {
    const [edited = '' as KeyId, revoked = '' as KeyId, plain = '' as KeyId] = await makeKeys(3);
    await change({ rateLimit: RATE });
    const { jobId } = await world.call('templates.applyToMany', all());
    await ended(jobId);
    await world.call('keys.update', { keyId: edited, rateLimit: { limit: 99, windowMs: 1_000 } });
    await world.call('keys.update', { keyId: plain, note: 'Another field.' });
    await world.call('keys.revoke', { keyId: revoked, reason: 'policy' });
    const undo = await world.call('templates.undoApply', { jobId });
    await ended(undo.jobId);
    expect((await jobOf(undo.jobId))?.result?.text).toBe('1 key changed. 2 keys left as before.');
    expect(await limitOf(edited)).toEqual({ limit: 99, windowMs: 1_000 });
    expect(await limitOf(revoked)).toEqual(RATE);
    expect(await world.call('keys.get', { keyId: plain })).toMatchObject({
      rateLimit: null,
      note: 'Another field.',
    });
  });

  it('moves named keys of no template to it, and undo lets them go', async () => {
    const [one = '' as KeyId, two = '' as KeyId] = await makeKeys(2, null);
    const keys = { kind: 'these' as const, keyIds: [one, one, two] };
    const { jobId } = await world.call('templates.applyToMany', {
      templateId: template.id,
      keys,
      fields: ['planId'],
    });
    await ended(jobId);
    expect((await world.call('keys.get', { keyId: two })).template).toMatchObject({ name: 'Feed' });
    const undo = await world.call('templates.undoApply', { jobId });
    await ended(undo.jobId);
    expect((await world.call('keys.get', { keyId: two })).template).toBeNull();
  });

  it('cancelled, keeps what was done by then, counts it, and takes exactly that back', async () => {
    const keyIds = await makeKeys(45);
    await change({ rateLimit: RATE });
    const { jobId } = await world.call('templates.applyToMany', all());
    await vi.waitFor(async () => expect((await jobOf(jobId))?.done).toBeGreaterThan(0), { interval: 1 });
    expect(await last()).toMatchObject({ isRunning: true });
    expect((await world.refusal('templates.undoApply', { jobId })).code).toBe('WRONG_STATUS');
    await world.call('jobs.cancel', { jobId });
    await ended(jobId);
    const limits = await Promise.all(keyIds.map(limitOf));
    const changed = limits.filter((limit) => limit !== null).length;
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(45);
    expect(await last()).toMatchObject({ changed, isRunning: false });
    await ended((await world.call('templates.undoApply', { jobId })).jobId);
    expect((await Promise.all(keyIds.map(limitOf))).filter((limit) => limit !== null)).toEqual([]);
  });

  it('verifiers hear of every part, and pages of templates once it has ended', async () => {
    await makeKeys(45);
    await change({ rateLimit: RATE });
    const before = world.announcements.length;
    const { jobId } = await world.call('templates.applyToMany', all());
    await ended(jobId);
    await vi.waitFor(() => expect(world.announcements.at(-1)?.subjects).toContain('templates'));
    const told = world.announcements.slice(before).map(({ subjects: said }) => said);
    expect(told.filter((said) => said.includes('keys'))).toHaveLength(3);
  });

  it('is refused to issuers, for a template that is not there, and its undo for a job that nobody knows', async () => {
    expect((await world.refusal('templates.applyToMany', all(), 'issuer')).code).toBe('FORBIDDEN');
    const nowhere = { ...all(), templateId: 'tpl_0000000000000000' };
    expect((await world.refusal('templates.applyToMany', nowhere)).code).toBe('TEMPLATE_NOT_FOUND');
    const unknown = { jobId: 'job_0000000000000000' };
    expect((await world.refusal('templates.undoApply', unknown)).code).toBe('JOB_NOT_FOUND');
  });
});
