import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrollRequest } from '#contract/enrolment.ts';
import { enrollChild } from '#main/enrolment/enroll-child.ts';
import { findEnrolmentToken } from '#main/enrolment/find-enrolment-token.ts';
import { must } from '#main/platform/must.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let subjects: TestSubjects;
let rows: readonly { readonly at: number; readonly tags: readonly string[] }[];
let asked: unknown[];
beforeEach(async () => {
  rows = [];
  asked = [];
  const requests: HandlerServices['requests'] = {
    query: (name, input) => {
      asked.push([name, input]);
      return Promise.resolve({ items: rows } as never);
    },
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.resolve(),
  };
  world = createTestWorld(() => ({ requests }));
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const papers = () => world.call('applications.papers', { applicationId: subjects.application.id }, 'viewer');

describe('applications.papers', () => {
  it('attests only a key of its own that works and was used within 30 days', async () => {
    expect(await papers()).toMatchObject({
      verdict: 'none',
      statement: 'Data feed has no key of its own that works.',
      keys: [],
    });
    const { key } = await makeKey(world, subjects);
    expect(await papers()).toMatchObject({ verdict: 'unused', keys: [{ name: 'Warehouse sync' }] });
    world.db.lastUsed.touch(key.keyId, 1, world.nowMs());
    const { verdict, statement, attestation } = await papers();
    expect({ verdict, statement }).toEqual({
      verdict: 'in_use',
      statement: 'Data feed uses a valid key of its own.',
    });
    expect(attestation).toContain('| Contact | feed@acme.example |');
    world.advance(31 * DAY_MS);
    expect((await papers()).verdict).toBe('unused');
    await world.call('keys.suspend', { keyId: key.keyId, reason: 'test' });
    expect(await papers()).toMatchObject({ verdict: 'none', keys: [{ status: 'suspended' }] });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
    expect((await papers()).keys).toEqual([]);
  });

  it('names versions, commits and repositories of requests and of builds that fetched a key, each once, and no child as a key', async () => {
    const { key } = await makeKey(world, subjects);
    const { token } = await world.call('enrolment.createToken', {
      keyId: key.keyId,
      name: 'CI',
      childLifeMsMax: DAY_MS,
      expiresAt: world.nowMs() + 30 * DAY_MS,
    });
    const context = world.systemContext();
    const found = must(findEnrolmentToken(context, must(token, 'a new token is told')), 'it is live');
    enrollChild(context, found, enrollRequest.parse({ version: '318', commit: 'ABCDEF01' }));
    world.advance(1_000);
    rows = [
      { at: world.nowMs(), tags: ['version=318', 'team=search', 'repo=git.acme.example/feed'] },
      { at: world.nowMs() - 500, tags: ['version=317'] },
    ];
    const { builds, keys, attestation } = await papers();
    expect(builds.map(({ field, value }) => `${field} ${value}`)).toEqual([
      'version 318',
      'repo git.acme.example/feed',
      'version 317',
      'commit abcdef01',
    ]);
    expect(keys).toHaveLength(1);
    expect(attestation).toContain('| commit | `abcdef01` |');
    const from = world.nowMs() - 30 * DAY_MS;
    expect(asked.at(-1)).toEqual([
      'requests.list',
      { filter: { applicationId: subjects.application.id, from }, limit: 200 },
    ]);
  });

  it('tells somebody new where to ask for an own key and that it is not suspicion; neither paper holds a secret, and a name makes no markup', async () => {
    await world.call('settings.update', {
      publicUrl: 'https://keys.trade.example',
      helpContact: 'help@trade.example',
    });
    await world.call('applications.update', {
      applicationId: subjects.application.id,
      name: 'Feed [x](http://evil) | # a',
    });
    const { text } = await makeKey(world, subjects);
    rows = [{ at: world.nowMs(), tags: [`version=${text}`] }];
    const { onboardingNote, attestation } = await papers();
    expect(onboardingNote).toContain('https://keys.trade.example/request-access');
    expect(onboardingNote).toContain('not out of suspicion');
    expect(onboardingNote).toContain('DATAFEED_API_KEY');
    expect(onboardingNote).toContain('`.gitignore`');
    for (const paper of [onboardingNote, attestation]) {
      expect(paper).not.toContain(text.slice(-49));
      expect(paper).not.toContain('[x](');
    }
  });

  it('refuses an application that is not there', async () => {
    const applicationId = 'app_0000000000000000';
    expect((await world.refusal('applications.papers', { applicationId })).code).toBe(
      'APPLICATION_NOT_FOUND',
    );
  });
});
