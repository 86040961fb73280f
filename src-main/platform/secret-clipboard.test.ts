import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SecretClipboard } from './secret-clipboard.ts';

let held = '';
let secrets: SecretClipboard;

beforeEach(() => {
  vi.useFakeTimers();
  held = '';
  secrets = new SecretClipboard({
    writeConcealed: async (text) => {
      held = text;
    },
    readText: async () => held,
    clear: () => {
      held = '';
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a secret on the clipboard', () => {
  it('is gone after its time', async () => {
    await secrets.copy({ text: 'lk_live_x', clearAfterMs: 45_000 });
    await vi.advanceTimersByTimeAsync(44_999);
    expect(held).toBe('lk_live_x');
    await vi.advanceTimersByTimeAsync(1);
    expect(held).toBe('');
  });

  it('is not cleared when somebody copied something else meanwhile', async () => {
    await secrets.copy({ text: 'lk_live_x', clearAfterMs: 45_000 });
    held = 'a shopping list';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(held).toBe('a shopping list');
  });

  it('gets its whole time anew when it is copied again', async () => {
    await secrets.copy({ text: 'lk_live_x', clearAfterMs: 45_000 });
    await vi.advanceTimersByTimeAsync(40_000);
    await secrets.copy({ text: 'lk_live_x', clearAfterMs: 45_000 });
    await vi.advanceTimersByTimeAsync(40_000);
    expect(held).toBe('lk_live_x');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(held).toBe('');
  });

  it('goes at once when asked, and only once', async () => {
    await secrets.copy({ text: 'lk_live_x', clearAfterMs: 45_000 });
    expect(await secrets.clear()).toBe(true);
    expect(held).toBe('');
    held = 'lk_live_x';
    expect(await secrets.clear()).toBe(false);
    expect(held).toBe('lk_live_x');
  });

  it('is not remembered in the clear', async () => {
    await secrets.copy({ text: 'lk_live_very_secret', clearAfterMs: 45_000 });
    const { inspect } = await import('node:util');
    expect(inspect(secrets, { depth: 10, showHidden: true })).not.toContain('very_secret');
  });
});
