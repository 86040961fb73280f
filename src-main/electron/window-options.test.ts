import { describe, expect, it } from 'vitest';
import { isBundleUrl } from '#main/platform/ui-files.ts';
import { SESSION_OPTIONS, SESSION_PARTITION, windowOptions } from './window-options.ts';
import { HOSTILE_URLS } from './hostile.test-support.ts';
import { REVIEWED_PREFERENCES } from './reviewed-preferences.test-support.ts';

describe('window options', () => {
  it('give the page no Node, a sandbox and a session that keeps nothing', () => {
    expect(windowOptions('/preload.cjs', true)).toEqual({
      title: 'Latchkey',
      show: false,
      width: 1280,
      height: 840,
      minWidth: 960,
      minHeight: 640,
      backgroundColor: '#f7f6f1',
      webPreferences: REVIEWED_PREFERENCES,
    });
    expect(SESSION_PARTITION.startsWith('persist:')).toBe(false);
    expect(SESSION_OPTIONS).toEqual({ cache: false });
  });

  it('switch developer tools on only while developing', () => {
    expect(windowOptions('/preload.cjs', false).webPreferences?.devTools).toBe(true);
  });

  it('know our own page from 200 others', () => {
    expect(HOSTILE_URLS.length).toBeGreaterThanOrEqual(200);
    expect(HOSTILE_URLS.filter(isBundleUrl)).toEqual([]);
    expect(isBundleUrl('app://bundle/index.html#/keys?text=app://evil')).toBe(true);
  });
});
