import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract, isProcedureName, type ProcedureName } from '#contract/contract.ts';
import { type Procedure, ROLES } from '#contract/procedure.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Dispatch, Handlers } from './dispatch.ts';
import { createDispatch } from './dispatch.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const NAMES = Object.keys(contract).filter(isProcedureName);
const OWNER = {
  actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
  role: 'owner',
  requestId: 'req_1',
} as const;

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

/** A dispatch whose handlers all do `work`. */
function dispatchThat(work: () => unknown, logged: unknown[] = []): Dispatch {
  return createDispatch({
    context: () => ({}) as never,
    handlers: new Proxy({}, { get: () => work }) as Handlers,
    logger: {
      info: () => undefined,
      warn: () => undefined,
      error: (message, fields) => void logged.push([message, fields]),
    },
  });
}

describe('dispatch', () => {
  it('refuses a procedure that does not exist, also the names every object has', async () => {
    for (const name of ['keys.destroy', 'constructor', '__proto__', 'toString', '']) {
      const reply = await world.dispatch(name, {}, OWNER);
      expect(reply).toMatchObject({ ok: false, error: { code: 'UNKNOWN_PROCEDURE', requestId: 'req_1' } });
    }
  });

  it('lets each role call exactly what it is allowed to, and names the least role in the refusal', async () => {
    for (const name of NAMES) {
      const least = (contract[name] as Procedure).role;
      for (const role of ROLES) {
        const reply = await world.dispatch(name, { nonsense: true }, { ...OWNER, role });
        const isAllowed = ROLES.indexOf(role) <= ROLES.indexOf(least);
        if (isAllowed)
          expect(reply, `${name} as ${role}`).not.toMatchObject({ error: { code: 'FORBIDDEN' } });
        else {
          expect(reply, `${name} as ${role}`).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
          expect(JSON.stringify(reply)).toContain(least);
        }
      }
    }
  });

  it('asks for the role before it looks at the input', async () => {
    const error = await world.refusal('partners.create', { name: '' }, 'viewer');
    expect(error.code).toBe('FORBIDDEN');
  });

  it('refuses unknown fields of every procedure that checks its input strictly, and names them', async () => {
    for (const name of NAMES) {
      const error = await world.refusal(name, { nonsense: true });
      expect(error.code, name).toBe('INVALID_INPUT');
      expect(
        error.fields?.map((field) => field.path),
        name,
      ).toContain('nonsense');
    }
  });

  it('names each wrong field by its path, and the first one in the message', async () => {
    const error = await world.refusal('scopes.create', {
      serviceId: 'svc_0123456789abcdef',
      name: 'inventory:read',
      rules: [
        { effect: 'allow', methods: ['GET'], path: '/ok' },
        { effect: 'permit', methods: ['FETCH'], path: 'inventory' },
      ],
    });
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.fields?.map((field) => field.path)).toEqual(
      expect.arrayContaining(['rules.1.effect', 'rules.1.methods.0', 'rules.1.path']),
    );
    expect(error.message).toContain(error.fields?.[0]?.path);
  });

  it('says of a missing field that it is required', async () => {
    const error = await world.refusal('partners.create', {
      tier: 'external',
      contactEmail: 'a@acme.example',
    });
    expect(error.fields).toEqual([{ path: 'name', message: 'This is required.' }]);
  });

  it('never repeats a refused value', async () => {
    const error = await world.refusal('partners.create', {
      name: { secret: 'do-not-repeat-this' },
      tier: 'do-not-repeat-this',
      contactEmail: 'do-not-repeat-this',
    });
    expect(JSON.stringify(error)).not.toContain('do-not-repeat-this');
  });

  it('takes an absent input as an empty one', async () => {
    expect(await world.dispatch('partners.list', undefined, OWNER)).toEqual({
      ok: true,
      data: { items: [] },
    });
  });

  it('answers an unexpected error INTERNAL with the request id only, and logs it whole', async () => {
    const logged: unknown[] = [];
    const dispatch = dispatchThat(() => {
      throw new Error('a detail of the inside');
    }, logged);
    const reply = await dispatch('partners.list', {}, OWNER);
    expect(reply).toMatchObject({ ok: false, error: { code: 'INTERNAL', requestId: 'req_1' } });
    expect(JSON.stringify(reply)).not.toContain('a detail of the inside');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject([
      expect.any(String),
      { requestId: 'req_1', procedure: 'partners.list', error: expect.any(Error) },
    ]);
  });

  it('passes on a refusal that the procedure does not declare, and logs that as a fault', async () => {
    const logged: unknown[] = [];
    const dispatch = dispatchThat(() => {
      throw new AppError('KEY_NOT_FOUND', 'No such key.');
    }, logged);
    const reply = await dispatch('partners.list', {}, OWNER);
    expect(reply).toMatchObject({ ok: false, error: { code: 'KEY_NOT_FOUND', message: 'No such key.' } });
    expect(logged).toHaveLength(1);
    await dispatch('keys.get', { keyId: '0123456789ab' }, OWNER);
    expect(logged).toHaveLength(1);
  });

  it.each([
    ['SQLITE_FULL', 'partners.create', 'STORAGE_FULL'],
    ['SQLITE_READONLY_DBMOVED', 'partners.create', 'STORAGE_READ_ONLY'],
    ['SQLITE_IOERR_FSYNC', 'partners.create', 'OUTCOME_UNKNOWN'],
    ['SQLITE_IOERR_READ', 'partners.list', 'UNAVAILABLE'],
    ['SQLITE_CORRUPT', 'partners.list', 'INTERNAL'],
  ] as const)('tells a failing disk from a failing program: %s in %s is %s', async (cause, name, code) => {
    const dispatch = dispatchThat(() => {
      throw Object.assign(new Error('disk'), { code: cause });
    });
    const input = { name: 'Acme', tier: 'external', contactEmail: 'a@acme.example' };
    const reply = await dispatch(name, name === 'partners.create' ? input : {}, OWNER);
    expect(reply).toMatchObject({ ok: false, error: { code } });
  });

  it('gives the handler parsed input with its defaults', async () => {
    const seen: unknown[] = [];
    const dispatch = createDispatch({
      context: () => ({}) as never,
      handlers: { 'keys.list': (_: unknown, input: unknown) => void seen.push(input) } as never,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    await dispatch('keys.list', {}, OWNER);
    expect(seen).toEqual([{ filter: {}, sort: 'name', limit: 100 }]);
  });

  it('has a handler for every procedure of the contract', async () => {
    const missing: ProcedureName[] = [];
    for (const name of NAMES) {
      const reply = await world.dispatch(name, {}, OWNER);
      if (!reply.ok && reply.error.code === 'INTERNAL') missing.push(name);
    }
    expect(missing).toEqual([]);
  });

  it('says who is asking, and as what', async () => {
    const reply = await world.dispatch('system.whoami', {}, { ...OWNER, role: 'viewer' });
    expect(reply).toEqual({ ok: true, data: { actor: OWNER.actor, role: 'viewer', host: 'headless' } });
  });
});
