import { describe, expect, it } from 'vitest';
import { readKongText } from './read-kong-text.ts';

const KEYS = [
  '4f3c2b1a9d8e4a7b8c6d1e2f3a4b5c6d',
  'k3J9sQ0aZx8LmN2vB7cT5yRw',
  '90817263544536271809',
] as const;

const DUMP = `_format_version: "3.0"
_info: { defaults: {} }
consumers:
- username: acme
  custom_id: "42"
  tags: [gold]
  acls:
  - group: feed
  keyauth_credentials:
  - key: ${KEYS[0]}
    tags: [old, "not a tag"]
  - key: ${KEYS[1]}
    ttl: 3600
  plugins:
  - name: rate-limiting
    config: { second: 10, month: 5000, policy: local }
  - name: ip-restriction
    config: {}
- username: ops@bolt.example
  basicauth_credentials:
  - username: bolt
    password: secret
  keyauth_credentials:
  - key: short
  - key: "{vault://env/bolt}"
keyauth_credentials:
- consumer: ops@bolt.example
  key: ${KEYS[2]}
plugins:
- name: request-termination
  consumer: ops@bolt.example
services: []
`;

describe('a dump of Kong', () => {
  it('gives each key with its consumer, tags, groups, limits and what is left of its life, and says what stays behind', () => {
    const { entries, problems, unreadable } = readKongText(DUMP);
    expect(unreadable).toBeNull();
    const acme = {
      consumer: 'acme',
      externalId: '42',
      isEnabled: true,
      rateLimit: { limit: 10, windowMs: 1_000 },
    };
    expect(entries).toMatchObject([
      { ...acme, line: 10, name: 'acme', text: KEYS[0], tags: ['gold', 'group=feed', 'old'], lifeMs: null },
      {
        ...acme,
        line: 12,
        name: 'acme (2)',
        text: KEYS[1],
        quota: { limit: 5_000, period: 'month' },
        lifeMs: 3_600_000,
      },
      { line: 28, name: 'ops@bolt.example', text: KEYS[2], isEnabled: false, externalId: null },
    ]);
    expect(problems).toEqual([
      { line: 4, message: expect.stringMatching(/^Consumer “acme”: A plugin .*: ip-restriction\.$/) },
      { line: 19, message: expect.stringContaining('basic-auth credentials are no keys') },
      { line: 24, message: expect.stringContaining('too short') },
      { line: 19, message: expect.stringContaining('kept elsewhere') },
    ]);
  });

  it('is the same as answers of the Admin API, a page a line, of which the last must be the last', () => {
    const pages = [
      { data: [{ id: 'a1', username: 'acme', custom_id: '42' }], next: null },
      { data: [{ id: 'k1', key: KEYS[0], consumer: { id: 'a1' }, ttl: null }], next: '/key-auths?offset=x' },
      {
        data: [
          { id: 'k2', key: KEYS[1], consumer: { id: 'b2' } },
          { id: 'k3', key: KEYS[2], consumer: null },
        ],
        next: null,
      },
    ];
    const { entries, problems } = readKongText(pages.map((page) => JSON.stringify(page)).join('\n'));
    expect(entries).toMatchObject([
      { line: 2, name: 'acme', consumer: 'acme', externalId: '42' },
      { line: 3, name: 'Consumer b2', consumer: 'Consumer b2' },
      { line: 3, name: 'Imported key, line 3', consumer: null },
    ]);
    expect(problems).toEqual([{ line: 1, message: expect.stringContaining('one page of several') }]);
  });

  it('a key that also stands as a name, an external ID or a tag is left out there', () => {
    const consumer = { username: `user ${KEYS[0]}`, custom_id: KEYS[1], tags: [KEYS[0]] };
    const credentials = KEYS.slice(0, 2).map((key) => ({ key, tags: [`was=${KEYS[1]}`] }));
    const { entries, problems } = readKongText(
      JSON.stringify({
        _format_version: '3.0',
        consumers: [{ ...consumer, keyauth_credentials: credentials }],
      }),
    );
    expect(entries).toHaveLength(2);
    const kept = JSON.stringify([entries.map((entry) => ({ ...entry, text: '' })), problems]);
    for (const key of KEYS) expect(kept).not.toContain(key);
    expect(problems).toContainEqual({ line: 1, message: expect.stringContaining('a key itself') });
  });

  it.each([
    ['another file', 'openapi: 3.1.0', 'no consumer and no key of Kong'],
    ['a version to come', '{"_format_version":"4.0","consumers":[]}', '_format_version'],
    ['broken YAML', `consumers:\n- key: "${KEYS[0]}`, 'line 2'],
    ['deep nesting', `consumers: ${'['.repeat(50_000)}`, 'line 1'],
    ['a line of text', KEYS[0], 'no consumer and no key of Kong'],
  ])('%s is refused whole, with a reason that repeats nothing', (_what, text, words) => {
    const { unreadable } = readKongText(text);
    expect(unreadable).toContain(words);
    expect(unreadable).not.toContain(KEYS[0]);
  });
});
