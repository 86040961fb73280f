import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { GATEWAY_DIALECTS, gatewayConfigInput, TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import type { GatewayConfigInput, GatewayDialect } from '#contract/gateways.ts';
import { CONSUMER_HEADERS, IDENTITY_HEADERS, REMOVED_HEADERS } from './gateway-headers.ts';
import { writeGateway } from './write-gateway.ts';

const INPUT = {
  dialect: 'nginx',
  serviceId: 'svc_0123456789abcdef',
  upstreamUrl: 'http://10.0.0.5:8080',
  publicHost: 'api.example.com',
};
const PARTS = { slug: 'trade-api', serviceUrl: 'http://127.0.0.1:7420' };

const inputOf = (dialect: GatewayDialect, changes: Record<string, unknown> = {}): GatewayConfigInput =>
  gatewayConfigInput.parse({ ...INPUT, dialect, ...changes });
const textOf = (dialect: GatewayDialect, changes: Record<string, unknown> = {}): string =>
  writeGateway(inputOf(dialect, changes), PARTS)
    .files.map(({ text }) => text)
    .join('\n');

describe.each(GATEWAY_DIALECTS)('the configuration of %s', (dialect) => {
  it('is the same for the same input, has one place for the token and says what to do and what goes wrong', () => {
    const config = writeGateway(inputOf(dialect), PARTS);
    expect(writeGateway(inputOf(dialect), PARTS)).toEqual(config);
    const holders = config.files.filter(({ text }) => text.includes(TOKEN_PLACEHOLDER));
    expect(holders).toEqual(config.files.filter(({ holdsToken }) => holdsToken));
    expect(holders).toHaveLength(1);
    expect(config.steps.length).toBeGreaterThan(1);
    expect(config.traps.length).toBeGreaterThan(3);
    expect(JSON.stringify(config)).not.toMatch(/undefined|\[object/);
  });

  it('names every header that a client could forge and every one that holds a key, and where to ask and to send', () => {
    const text = textOf(dialect).toLowerCase();
    for (const header of REMOVED_HEADERS) expect(text, header).toContain(header.toLowerCase());
    for (const header of IDENTITY_HEADERS) expect(text, header).toContain(header.toLowerCase());
    expect(text).toContain('7420');
    expect(text).toContain('10.0.0.5');
    expect(text).toContain('/forward-auth/');
  });

  it('asks for Kong’s headers and the older limits only when told to', () => {
    expect(textOf(dialect)).not.toMatch(/consumer-headers|legacy-rate-limit/);
    const text = textOf(dialect, { consumerHeaders: true, legacyRateLimitHeaders: true });
    expect(text).toContain('consumer-headers, legacy-rate-limit');
  });

  it('has the address, host, port and folder that were given, also over IPv6', () => {
    const text = textOf(dialect, {
      upstreamUrl: 'http://[fd00::5]:9090',
      latchkeyUrl: 'http://10.1.1.1:7999',
      publicHost: 'other.example',
      publicPort: 8_443,
      configFolder: '/srv/gate_way.d',
    });
    expect(text).toContain('fd00::5');
    expect(text).toContain('7999');
    expect(text).toContain('other.example');
    const { files } = writeGateway(inputOf(dialect, { configFolder: '/srv/gate_way.d' }), PARTS);
    expect(files.every(({ path }) => path.startsWith('/srv/gate_way.d/latchkey-trade-api'))).toBe(true);
  });
});

describe('a server behind TLS', () => {
  const CHECKS: Partial<Record<GatewayDialect, readonly string[]>> = {
    nginx: ['proxy_ssl_verify on', 'proxy_ssl_server_name on', 'proxy_ssl_name trade.example'],
    haproxy: ['ssl verify required', 'sni str(trade.example)', 'verifyhost trade.example'],
    envoy: ['sni: trade.example', 'trusted_ca', 'exact: "trade.example"'],
    apache: ['SSLProxyVerify require', 'SSLProxyCheckPeerName On'],
  };

  it.each(GATEWAY_DIALECTS.filter((dialect) => dialect in CHECKS))(
    'has to show a good certificate of its own name to %s',
    (dialect) => {
      const checks = CHECKS[dialect] ?? [];
      const text = textOf(dialect, { upstreamUrl: 'https://trade.example' });
      for (const check of checks) expect(text).toContain(check);
      expect(textOf(dialect)).not.toContain(checks[0]);
    },
  );

  it('is not asked by the script of Apache, which would send the token in the clear', () => {
    const write = () => textOf('apache', { latchkeyUrl: 'https://keys.example' });
    expect(write).toThrow('latchkeyUrl: The script of Apache cannot ask over TLS.');
  });
});

describe('what could end a line, a string or a block of a configuration', () => {
  const HOSTILE = [
    'a b',
    'a\nb',
    'a;b',
    'a{b',
    'a}b',
    'a"b',
    "a'b",
    'a`b',
    'a$b',
    'a\\b',
    'a#b',
    'a%b',
    'a/b',
    'ä',
  ];
  it.each(HOSTILE)('is refused in every field: %j', (text) => {
    const values = {
      publicHost: text,
      upstreamUrl: `http://${text}`,
      latchkeyUrl: `http://h:80${text}`,
      configFolder: `/etc/${text.replace('/', '//')}`,
    };
    for (const [field, value] of Object.entries(values)) {
      expect(gatewayConfigInput.safeParse({ ...INPUT, [field]: value }).success, `${field} ${value}`).toBe(
        false,
      );
    }
  });

  it('is refused as user, path, query, other scheme or port out of range', () => {
    const urls = ['http://u:p@h', 'http://h/', 'http://h?x', 'ftp://h', 'http://h:99999', 'http://', 'h:80'];
    for (const upstreamUrl of urls) {
      expect(gatewayConfigInput.safeParse({ ...INPUT, upstreamUrl }).success, upstreamUrl).toBe(false);
    }
  });
});

describe('the files that are data', () => {
  it('Traefik asks between a middleware that removes forged headers and one that removes the key', () => {
    const middleware = z.looseObject({
      headers: z.object({ customRequestHeaders: z.record(z.string(), z.string()) }).optional(),
      forwardAuth: z
        .looseObject({ authRequestHeaders: z.array(z.string()), trustForwardHeader: z.boolean() })
        .optional(),
    });
    const { http } = z
      .object({
        http: z.looseObject({
          routers: z.record(z.string(), z.looseObject({ middlewares: z.array(z.string()) })),
          middlewares: z.record(z.string(), middleware),
        }),
      })
      .parse(parse(textOf('traefik')));
    const [before = '', asks = '', after = ''] = http.routers['trade-api']?.middlewares ?? [];
    expect(http.middlewares[before]?.headers?.customRequestHeaders).toMatchObject({
      'X-Key-Id': '',
      'X-Latchkey-Service': TOKEN_PLACEHOLDER,
    });
    expect(http.middlewares[asks]?.forwardAuth).toMatchObject({
      trustForwardHeader: false,
      authRequestHeaders: expect.arrayContaining([
        'Authorization',
        'X-API-Key',
        'X-Latchkey-Service',
      ]) as unknown,
    });
    expect(http.middlewares[after]?.headers?.customRequestHeaders).toMatchObject({
      Authorization: '',
      'X-API-Key': '',
      'X-Latchkey-Service': '',
    });
  });

  it('Envoy fails closed, lets X-API-Key reach us and asks below the path prefix', () => {
    const text = textOf('envoy', { consumerHeaders: true });
    const parsed = JSON.stringify(parse(text));
    expect(parsed).toContain('"failure_mode_allow":false');
    expect(parsed).toContain('"path_prefix":"/forward-auth/envoy"');
    expect(parsed).toContain('{"key":"x-latchkey-service","value":"PUT-THE-SERVICE-TOKEN-HERE"}');
    expect(parsed).toMatch(
      /"allowed_headers":\{"patterns":\[\{"exact":"authorization"\},\{"exact":"x-api-key"\}/,
    );
    for (const header of CONSUMER_HEADERS) expect(parsed).toContain(`{"exact":"${header.toLowerCase()}"}`);
    expect(parsed).toMatch(
      /"allowed_client_headers":\{"patterns":\[\{"exact":"www-authenticate"\},\{"exact":"retry-after"\}/,
    );
  });

  it('APISIX takes the key off behind the question, and hands on only headers that every answer has', () => {
    const route = z
      .object({
        plugins: z.object({
          'forward-auth': z.looseObject({
            upstream_headers: z.array(z.string()),
            allow_degradation: z.literal(false),
            _meta: z.object({ priority: z.number() }),
          }),
          'proxy-rewrite': z.object({
            headers: z.object({ remove: z.array(z.string()) }),
            _meta: z.object({ priority: z.number() }),
          }),
        }),
        uri: z.literal('/*'),
      })
      .loose()
      .parse(JSON.parse(textOf('apisix', { consumerHeaders: true })));
    const asks = route.plugins['forward-auth'];
    const removes = route.plugins['proxy-rewrite'];
    expect(asks._meta.priority).toBeGreaterThan(removes._meta.priority);
    expect(removes.headers.remove).toEqual(
      expect.arrayContaining(['Authorization', 'X-API-Key', 'X-Consumer-Custom-ID']),
    );
    expect(asks.upstream_headers).not.toContain('X-Consumer-Custom-ID');
    expect(asks.upstream_headers.filter((header) => removes.headers.remove.includes(header))).toEqual([]);
  });
});
