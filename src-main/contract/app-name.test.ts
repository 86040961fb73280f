import { expect, it } from 'vitest';
import { appNameOf, isOwnAppName } from './app-name.ts';

const OWNER = { application: 'Data feed', partner: 'Acme' };

it('the name that a request gives its application is the same in every version and case', () => {
  expect(appNameOf(['eu', 'app=Billing/1.2'])).toBe('billing');
  expect(appNameOf(['X-App-Name=Data-feed'])).toBe('data-feed');
  expect(appNameOf(['x-app-name=web', 'app=billing'])).toBe('billing');
  expect(appNameOf(['app=', 'app', 'apple=x'])).toBeNull();
});

it('the own application is known however its name is written, with its partner before it or not', () => {
  for (const name of [
    'data feed',
    'data-feed',
    'DataFeed',
    'data_feed',
    'acme-data-feed',
    'Acme.Data.Feed',
  ]) {
    expect(isOwnAppName(name, OWNER), name).toBe(true);
  }
  expect(isOwnAppName('büro', { application: 'BÜRO', partner: 'Acme' })).toBe(true);
});

it('another name is another application, also one that only begins or ends like the own one', () => {
  for (const name of ['billing', 'data', 'data-feed-2', 'acme', 'globex-data-feed', 'feed']) {
    expect(isOwnAppName(name, OWNER), name).toBe(false);
  }
});

it('a name without a letter or digit accuses nobody, and a long one is compared as far as it is kept', () => {
  expect(isOwnAppName('--', OWNER)).toBe(true);
  const long = 'a'.repeat(80);
  expect(isOwnAppName(appNameOf([`app=${long}`]) ?? '', { application: long, partner: 'Acme' })).toBe(true);
});
