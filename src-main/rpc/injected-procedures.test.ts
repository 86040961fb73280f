import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { Session } from '#contract/tokens.ts';
import type { HandlerServices, SessionAdmin } from './handler-services.ts';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;

let sessions: SessionAdmin | null;
let open: Session[];
const asked: unknown[] = [];
let world: TestWorld;

beforeEach(() => {
  const at = timestampMs.parse(Date.UTC(2026, 10, 22));
  open = [
    {
      id: 'ses_1',
      role: 'owner',
      name: 'Paired browser',
      tokenId: null,
      createdAt: at,
      lastSeenAt: at,
      userAgent: 'Browser',
      isCurrent: false,
    },
  ];
  sessions = {
    list: (currentId) => open.map((session) => ({ ...session, isCurrent: session.id === currentId })),
    end: (id) => {
      const before = open.length;
      open = open.filter((session) => session.id !== id);
      return open.length < before;
    },
    createContinueCode: () => null,
    createPairingLink: (role) => ({ url: `http://127.0.0.1:7421/#code=for-${role}`, expiresAt: at }),
  };
  asked.length = 0;
  const query: HandlerServices['requests']['query'] = (name, input) => {
    asked.push([name, input]);
    return Promise.resolve(null as never);
  };
  world = createTestWorld(() => ({
    sessions: () => sessions,
    requests: {
      query,
      stopSearch: () => undefined,
      record: () => undefined,
      report: () => Promise.resolve(),
    },
  }));
});
afterEach(() => {
  world.close();
});

describe('sessions', () => {
  it('are listed, and one that is ended is gone and in the audit trail', async () => {
    expect((await world.call('sessions.list', {})).items).toMatchObject([{ id: 'ses_1', isCurrent: false }]);
    expect(await world.call('sessions.end', { sessionId: 'ses_1' })).toEqual({ ended: true });
    expect((await world.call('sessions.list', {})).items).toEqual([]);
    expect(await world.refusal('sessions.end', { sessionId: 'ses_1' })).toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
    const { items } = await world.call('audit.list', {});
    expect(items).toMatchObject([{ action: 'sessions.end', subject: { kind: 'session', id: 'ses_1' } }]);
  });

  it('mark the one that asks', async () => {
    const caller = {
      actor: { kind: 'session', id: 'ses_1', name: 'Browser' },
      role: 'owner',
      requestId: 'req_1',
    } as const;
    const reply = await world.dispatch('sessions.list', {}, caller);
    expect(reply).toMatchObject({ ok: true, data: { items: [{ id: 'ses_1', isCurrent: true }] } });
  });

  it('are let in by a link that the audit trail knows of but does not hold', async () => {
    const { url } = await world.call('sessions.createPairingLink', { role: 'viewer' });
    expect(url).toContain('for-viewer');
    const { items } = await world.call('audit.list', {});
    expect(items).toMatchObject([{ action: 'sessions.createPairingLink', after: { role: 'viewer' } }]);
    expect(JSON.stringify(items)).not.toContain('code=');
  });

  it('cannot be opened while no admin listener runs, and there are none', async () => {
    sessions = null;
    expect(await world.refusal('sessions.createPairingLink', {})).toMatchObject({ code: 'UNAVAILABLE' });
    expect((await world.call('sessions.list', {})).items).toEqual([]);
    expect(await world.refusal('sessions.end', { sessionId: 'ses_1' })).toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
    expect((await world.call('audit.list', {})).total).toBe(0);
  });
});

describe('the request log', () => {
  it('without the request answers REQUEST_NOT_FOUND', async () => {
    const error = await world.refusal('requests.get', { requestId: 'req_unknown' });
    expect(error).toMatchObject({ code: 'REQUEST_NOT_FOUND' });
    expect(asked).toEqual([['requests.get', { requestId: 'req_unknown' }]]);
  });

  it('is asked about the two live secrets of a rotation', async () => {
    const subjects = await makeSubjects(world);
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    await world.call('keys.rotate', { keyId, overlapMs: 0 });
    world.advance(HOUR_MS);
    await world.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
    const rotatedAtMs = world.nowMs();
    world.advance(60_000);
    await world.dispatch(
      'usage.rotation',
      { keyId },
      {
        actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
        role: 'viewer',
        requestId: 'req_1',
      },
    );
    expect(asked).toEqual([
      ['usage.rotation', { keyId, currentVersion: 3, retiringVersion: 2, rotatedAtMs }],
    ]);
  });
});
