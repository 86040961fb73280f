import { z } from 'zod';
import { serviceId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';
import { METHODS } from './http-methods.ts';

/** Reverse proxies for which a configuration can be written. */
export const GATEWAY_DIALECTS = [
  'nginx',
  'caddy',
  'traefik',
  'envoy',
  'haproxy',
  'apisix',
  'apache',
] as const;
export const gatewayDialect = z.enum(GATEWAY_DIALECTS);
export type GatewayDialect = z.infer<typeof gatewayDialect>;

/** What stands in the generated files where the service token belongs. The files never hold a token. */
export const TOKEN_PLACEHOLDER = 'PUT-THE-SERVICE-TOKEN-HERE';

// What these let through is written into configuration files: no white space, quotes, braces or semicolons.
/** `scheme://host[:port]`, nothing behind it. */
export const gatewayOrigin = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?$/,
    'Use scheme, host and port only, such as http://127.0.0.1:8080.',
  )
  .refine((text) => Number(/:([0-9]+)$/.exec(text)?.[1] ?? 80) <= 65_535, 'A port is at most 65535.');
const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'Use a host name such as api.example.com.');
const folderPath = z
  .string()
  .max(200)
  .regex(/^(?:\/[A-Za-z0-9_.-]+)+$/, 'Use an absolute path of letters, digits and . _ -');

export const gatewayConfigInput = z.strictObject({
  dialect: gatewayDialect,
  serviceId,
  /** Where the proxy sends what may pass. */
  upstreamUrl: gatewayOrigin,
  /** The host that callers use. */
  publicHost: hostName,
  publicPort: z.int().min(1).max(65_535).default(80),
  /** Where the proxy reaches this server; default: the service listener as it runs now. */
  latchkeyUrl: gatewayOrigin.optional(),
  /** The folder in which the proxy looks for the files; default: that of its Debian package. */
  configFolder: folderPath.optional(),
  /** Adds Kong's X-Consumer-ID, X-Consumer-Username, X-Consumer-Custom-ID and X-Credential-Identifier. */
  consumerHeaders: z.boolean().default(false),
  /** Adds the older X-RateLimit-Limit, -Remaining and -Reset beside RateLimit and RateLimit-Policy. */
  legacyRateLimitHeaders: z.boolean().default(false),
});
export type GatewayConfigInput = z.output<typeof gatewayConfigInput>;

/** A file for the proxy's machine. */
export const gatewayFile = z
  .object({
    name: z.string(),
    /** Where it belongs. */
    path: z.string(),
    text: z.string(),
    /** For highlighting. */
    language: z.enum(['nginx', 'caddyfile', 'yaml', 'haproxy', 'lua', 'apache', 'json', 'shell', 'text']),
    /** Holds TOKEN_PLACEHOLDER: to be filled in by the operator and readable by the proxy's administrator alone. */
    holdsToken: z.boolean(),
  })
  .readonly();
export type GatewayFile = z.infer<typeof gatewayFile>;

export const gatewayConfig = z
  .object({
    dialect: gatewayDialect,
    files: z.array(gatewayFile).readonly(),
    /** What to do with the files, in order; plain sentences, commands among them in `…`. */
    steps: z.array(z.string()).readonly(),
    /** What goes wrong with this proxy and how to notice. */
    traps: z.array(z.string()).readonly(),
  })
  .readonly();
export type GatewayConfig = z.infer<typeof gatewayConfig>;

/** What the gateway tester tries, in this order. */
export const GATEWAY_CASES = [
  'missing',
  'malformed',
  'unknown',
  'expired',
  'revoked',
  'suspended',
  'out-of-scope',
  'two-credentials',
  'odd-path',
  'good',
  'forged-identity',
  'key-removed',
  'limited',
] as const;
export const gatewayCase = z.enum(GATEWAY_CASES);
export type GatewayCase = z.infer<typeof gatewayCase>;

/** One request of the gateway tester: what should have come back and what did. */
export const gatewayTestRow = z
  .object({
    case: gatewayCase,
    /** The case in a few words: `A key that is revoked`. */
    label: z.string(),
    method: z.string(),
    path: z.string(),
    /** null: the answer of the upstream itself, whatever it is, instead of a refusal by the gateway. */
    expectedStatus: z.int().nullable(),
    /** null: no answer came, or nothing was sent; then the hint says why. */
    seenStatus: z.int().nullable(),
    /** The `code` of the problem body, when one came through. */
    seenCode: z.string().nullable(),
    /** null: cannot be seen from outside; the hint says how to find out. */
    isOk: z.boolean().nullable(),
    /** One or two sentences: what is wrong and what to change; null when all is well. */
    hint: z.string().nullable(),
    durationMs: z.number(),
  })
  .readonly();
export type GatewayTestRow = z.infer<typeof gatewayTestRow>;

export const gatewayTestInput = z.strictObject({
  serviceId,
  /** The proxy's base address as callers use it. */
  url: gatewayOrigin,
  /** A harmless endpoint: good keys reach it a few times. Requests that must be refused are also sent as POST. */
  method: z.enum(METHODS).exclude(['OPTIONS']).default('GET'),
  path: z
    .string()
    .max(500)
    .regex(/^\/(?!\/)[A-Za-z0-9._~/:@!$&'()+,=-]*$/, 'A path starts with / and has no query.')
    .default('/'),
});
export type GatewayTestInput = z.output<typeof gatewayTestInput>;

export const gatewayTestResult = z
  .object({
    startedAt: timestampMs,
    durationMs: z.number(),
    /** No row is wrong; rows that cannot be seen from outside do not count. */
    isOk: z.boolean(),
    rows: z.array(gatewayTestRow).readonly(),
    /** What concerns the whole run, for example that it was stopped and why. */
    notes: z.array(z.string()).readonly(),
  })
  .readonly();
export type GatewayTestResult = z.infer<typeof gatewayTestResult>;

export const gatewayProcedures = {
  /** The configuration of a reverse proxy that asks this server about every request. Holds no secret. */
  'gateways.config': query('viewer', gatewayConfigInput, gatewayConfig, ['SERVICE_NOT_FOUND']),
  /** Sends requests of every kind through the operator's own proxy, at most 40 s, with test keys that are made for it and revoked
   *  at its end; they expire within minutes should this program stop before. Redirects are not followed. */
  'gateways.test': command('admin', gatewayTestInput, gatewayTestResult, ['SERVICE_NOT_FOUND']),
} as const;
