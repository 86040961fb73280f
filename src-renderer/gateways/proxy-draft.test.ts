import { expect, test } from 'vitest';
import { serviceId } from '#contract/ids.ts';
import { publicUrl, readProxy, type ProxyDraft } from './proxy-draft.ts';

const ID = serviceId.parse('svc_0123456789abcdef');
const DRAFT: ProxyDraft = {
  dialect: 'nginx',
  upstreamUrl: ' http://127.0.0.1:8080 ',
  publicHost: 'api.example.com',
  publicPort: 8_081,
  latchkeyUrl: '',
  configFolder: '',
  consumerHeaders: false,
  legacyRateLimitHeaders: true,
};

test('what is left empty is left to the server', () => {
  expect(readProxy(ID, DRAFT)).toEqual({
    input: {
      dialect: 'nginx',
      serviceId: ID,
      upstreamUrl: 'http://127.0.0.1:8080',
      publicHost: 'api.example.com',
      publicPort: 8_081,
      consumerHeaders: false,
      legacyRateLimitHeaders: true,
    },
    problems: [],
  });
});

test('problems name their field, and there is no input to ask with', () => {
  const { input, problems } = readProxy(ID, {
    ...DRAFT,
    upstreamUrl: 'localhost',
    publicPort: 0,
    configFolder: 'etc',
  });
  expect(input).toBeNull();
  expect(problems.map(({ path }) => path)).toEqual(['upstreamUrl', 'publicPort', 'configFolder']);
});

test('the address of the tester is the one of the configuration', () => {
  expect(publicUrl(DRAFT)).toBe('http://api.example.com:8081');
  expect(publicUrl({ ...DRAFT, publicPort: 443 })).toBe('https://api.example.com');
  expect(publicUrl({ ...DRAFT, publicPort: 80 })).toBe('http://api.example.com');
});
