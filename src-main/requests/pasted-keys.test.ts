import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { formatAdminToken, formatKey, formatServiceToken } from '#main/domain/key-format.ts';
import { decision, NOW, PRINCIPAL, report, write } from './log.test-support.ts';
import { openLog } from './open-log.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-canary-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const canaries = Array.from({ length: 3 }, (_, index) => `Canary${String(index)}`.padEnd(43, 'Zy8Xw7Vu6'));
const [keySecret = '', serviceSecret = '', adminSecret = ''] = canaries;
const KEY = formatKey({
  environment: 'live',
  slug: 'shop',
  keyId: 'k7Qd2mX9pR4t' as KeyId,
  secret43: keySecret,
});
const TEXTS = [
  KEY,
  formatServiceToken({ slug: 'trade', secret43: serviceSecret }),
  formatAdminToken(adminSecret),
];
// Tags and error codes have at most 64 characters: a key is cut off in them.
const SHORT_TEXTS = TEXTS.map((text) => text.slice(0, 64));
const all = [...TEXTS, ...TEXTS.map((text) => text.replaceAll('_', '%5F'))].join('/');

it('no key or token that was pasted into a decision or a report is in the file, plain or percent-encoded', () => {
  const file = join(directory, 'requests.db');
  const { store } = openLog({ file, nowMs: NOW, hadLog: false });
  const { secretVersion: _secretVersion, ...key } = PRINCIPAL;
  const verified = decision({
    path: `/${all}`,
    userAgent: all,
    clientIp: all,
    detail: all,
    tags: SHORT_TEXTS,
  });
  // Right at the limit of what is kept: the cut must not come before the redaction.
  const cut = decision({ path: `/${'a'.repeat(980)}${KEY}`, userAgent: `${'a'.repeat(200)}${KEY}` });
  write(store, [verified, cut]);
  const texts = { path: `/${all}`, userAgent: all, clientIp: all, tags: SHORT_TEXTS };
  for (const errorCode of SHORT_TEXTS) {
    const elsewhere = { keyId: key.keyId, method: 'GET', responseStatus: 500, errorCode, ...texts };
    const joined = { requestId: verified.requestId, responseStatus: 500, errorCode };
    expect(write(store, [], [report([joined, { entry: elsewhere, key }])])).toEqual([
      { accepted: 2, rejected: [] },
    ]);
  }
  store.close();
  const bytes = readFileSync(file).toString('latin1');
  expect(bytes).toContain('lk_live_shop_k7Qd2mX9pR4t_[redacted]');
  for (const canary of canaries) expect(bytes).not.toContain(canary.slice(0, 20));
});
