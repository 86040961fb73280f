import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { describe, expect, it } from 'vitest';
import { confineAll } from './confine.ts';
import { HOSTILE_URLS } from './hostile.test-support.ts';

const PERMISSIONS = [
  'ar',
  'automatic-fullscreen',
  'background-fetch',
  'background-sync',
  'clipboard-read',
  'clipboard-sanitized-write',
  'display-capture',
  'fileSystem',
  'fullscreen',
  'geolocation',
  'hand-tracking',
  'hid',
  'idle-detection',
  'keyboardLock',
  'local-fonts',
  'local-network',
  'media',
  'mediaKeySystem',
  'midi',
  'midiSysex',
  'nfc',
  'notifications',
  'openExternal',
  'payment-handler',
  'persistent-storage',
  'pointerLock',
  'screen-wake-lock',
  'sensors',
  'serial',
  'smart-card',
  'speaker-selection',
  'storage-access',
  'usb',
  'vr',
  'web-app-installation',
  'window-management',
  'unknown',
];

/** Electron's objects as far as confinement touches them. */
class FakeContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

class FakeSession {
  request: ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void) | null =
    null;
  check: ((contents: unknown, permission: string) => boolean) | null = null;
  device: ((details: unknown) => boolean) | null = null;
  setPermissionRequestHandler(handler: typeof this.request): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: typeof this.check): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: typeof this.device): void {
    this.device = handler;
  }
}

function confined(): { contents: FakeContents; session: FakeSession } {
  const app = new EventEmitter();
  confineAll(app as unknown as App);
  const contents = new FakeContents();
  const session = new FakeSession();
  app.emit('session-created', session);
  app.emit('web-contents-created', {}, contents);
  return { contents, session };
}

describe('confinement', () => {
  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])(
    '%s leads to none of 200 hostile addresses',
    (name) => {
      const { contents } = confined();
      const reached = HOSTILE_URLS.filter((url) => {
        let isPrevented = false;
        contents.emit(name, { url, preventDefault: () => (isPrevented = true) });
        return !isPrevented;
      });
      expect(reached).toEqual([]);
    },
  );

  it('lets a page move within the bundle', () => {
    const { contents } = confined();
    let isPrevented = false;
    contents.emit('will-navigate', {
      url: 'app://bundle/index.html#/keys',
      preventDefault: () => (isPrevented = true),
    });
    expect(isPrevented).toBe(false);
  });

  it('opens no window for any address, not even our own', () => {
    const { contents } = confined();
    const answers = [...HOSTILE_URLS, 'app://bundle/index.html'].map(
      (url) => contents.openHandler?.({ url }).action,
    );
    expect(new Set(answers)).toEqual(new Set(['deny']));
  });

  it('attaches no webview', () => {
    const { contents } = confined();
    let isPrevented = false;
    contents.emit('will-attach-webview', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });

  it('grants none of the permissions, asked for or looked up, and no device', () => {
    const { session } = confined();
    const granted = PERMISSIONS.filter((permission) => {
      let answer = true;
      session.request?.(null, permission, (value) => (answer = value));
      return answer || session.check?.(null, permission) !== false;
    });
    expect(granted).toEqual([]);
    expect(session.device?.({ deviceType: 'usb' })).toBe(false);
  });
});
