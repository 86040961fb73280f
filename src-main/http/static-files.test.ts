import { expect, test } from 'vitest';
import { isScreenPath } from './static-files.ts';

test('screens are told from files and from oddities', () => {
  for (const path of ['/', '/keys', '/keys/k7Qd2mX9pR4t/traffic', '/requests/req_1.2'])
    expect(isScreenPath(path)).toBe(true);
  for (const path of ['/app.js', '/../keys', '/.git', '/a%2fb', '//keys', '/a\\b'])
    expect(isScreenPath(path)).toBe(false);
});
