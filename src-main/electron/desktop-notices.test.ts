import { EventEmitter } from 'node:events';
import type { Notification } from 'electron';
import { expect, it } from 'vitest';
import { desktopNotices } from './desktop-notices.ts';

/** What of Electron's class is used. */
function fakeNotification(isSupported: boolean) {
  const shown: (EventEmitter & { readonly options: unknown })[] = [];
  class Notice extends EventEmitter {
    static isSupported = (): boolean => isSupported;
    readonly options: unknown;
    constructor(options: unknown) {
      super();
      this.options = options;
    }
    show(): void {
      shown.push(this);
    }
  }
  return { Notice: Notice as unknown as typeof Notification, shown };
}

it('a notice is shown without a sound, and its click opens its page and nothing else', () => {
  const { Notice, shown } = fakeNotification(true);
  const opened: string[] = [];
  const show = desktopNotices(Notice, (page) => void opened.push(page));
  show?.({ title: 'A key expires soon', body: 'On Monday.', page: '/keys/k7Qd2mX9pR4t' });
  expect(shown.map(({ options }) => options)).toEqual([
    { title: 'A key expires soon', body: 'On Monday.', silent: true },
  ]);
  expect(opened).toEqual([]);
  shown[0]?.emit('click');
  expect(opened).toEqual(['/keys/k7Qd2mX9pR4t']);
});

it('a system without notices shows none', () => {
  expect(desktopNotices(fakeNotification(false).Notice, () => undefined)).toBeNull();
});
