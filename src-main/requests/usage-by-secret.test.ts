import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import {
  DAY,
  decision,
  HOUR,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  write,
} from './log.test-support.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS } from './search-budget.ts';
import { usageBySecret } from './usage-by-secret.ts';

const at = (ms: number) => ms as TimestampMs;
const SECOND = { ...PRINCIPAL, secretVersion: 2 };

let store: RequestsStore;
beforeEach(() => {
  store = openStore();
});
afterEach(() => {
  store.close();
});

const uses = () =>
  usageBySecret(store, { keyId: PRINCIPAL.keyId }, { nowMs: NOW, pause: noPause, budget: ENDLESS });

it('each secret of a key has its own requests, under every name the key had, and tells where the newest came from', async () => {
  write(store, [
    decision({ atMs: at(NOW - 9 * DAY) }),
    decision({ atMs: at(NOW - 3 * HOUR), principal: { ...PRINCIPAL, keyName: 'Its former name' } }),
    decision({ atMs: at(NOW - 2 * HOUR), code: 'INSUFFICIENT_SCOPE', clientIp: '198.51.100.8' }),
    decision({ atMs: at(NOW - HOUR), clientIp: '198.51.100.7', userAgent: 'Go-http-client/2.0' }),
    decision({ principal: SECOND, clientIp: null, userAgent: null }),
    decision({ principal: OTHER_PRINCIPAL }),
    decision({ principal: null, code: 'NOT_FOUND' }),
  ]);
  expect(await uses()).toEqual([
    {
      ...{ version: 1, requests: 4, refused: 1 },
      last: { at: NOW - HOUR, clientIp: '198.51.100.7', userAgent: 'Go-http-client/2.0' },
    },
    { version: 2, requests: 1, refused: 0, last: { at: NOW, clientIp: null, userAgent: null } },
  ]);
});

it('a key that was never used has no uses', async () => {
  write(store, [decision({ principal: OTHER_PRINCIPAL })]);
  expect(await uses()).toEqual([]);
});
