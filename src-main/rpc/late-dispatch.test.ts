import { expect, it } from 'vitest';
import type { Caller, Dispatch } from './dispatch.ts';
import { lateDispatch } from './late-dispatch.ts';

const caller: Caller = {
  actor: { kind: 'system', id: 'system', name: 'Test' },
  role: 'owner',
  requestId: 'req_1',
};
const echo: Dispatch = (name) => Promise.resolve({ ok: true, data: name });

function logger() {
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  return { lines, info: log, warn: log, error: log };
}

it('nothing is loaded before the first call, and once for all calls', async () => {
  let loads = 0;
  const dispatch = lateDispatch(() => {
    loads += 1;
    return Promise.resolve(echo);
  }, logger());
  expect(loads).toBe(0);
  const replies = await Promise.all(['keys.list', 'keys.get'].map((name) => dispatch(name, {}, caller)));
  expect(replies).toEqual([
    { ok: true, data: 'keys.list' },
    { ok: true, data: 'keys.get' },
  ]);
  expect(loads).toBe(1);
});

it('files that are gone are an INTERNAL reply that says to start anew, and never a rejection', async () => {
  const log = logger();
  const dispatch = lateDispatch(() => Promise.reject(new Error('ENOENT')), log);
  const reply = await dispatch('keys.list', {}, caller);
  expect(reply).toMatchObject({
    ok: false,
    error: {
      code: 'INTERNAL',
      requestId: 'req_1',
      message: expect.stringContaining('Start Latchkey anew') as string,
    },
  });
  expect(log.lines).toHaveLength(1);
});
