/** Examples of GET /openapi.json. A test parses each with the schema it illustrates. The key in them is made up and has a wrong checksum. */
export const EXAMPLES = {
  verifyRequest: {
    endpoint: {
      summary: 'By method and path',
      value: {
        key: 'lk_live_datafeed_k7Qd2mX9pR4t_EXAMPLE0000000000000000000000000000000000000000000',
        method: 'GET',
        path: '/inventory/42',
        clientIp: '203.0.113.9',
      },
    },
    scopes: {
      summary: 'By scopes that the service demands',
      value: {
        key: 'lk_live_datafeed_k7Qd2mX9pR4t_EXAMPLE0000000000000000000000000000000000000000000',
        scopes: ['inventory:read'],
      },
    },
  },
  verifyResponse: {
    allowed: {
      value: {
        valid: true,
        code: 'VALID',
        status: 200,
        requestId: 'req_4fQ0a9Zr2LkX7bT1',
        key: {
          keyId: 'k7Qd2mX9pR4t',
          name: 'Data feed live',
          environment: 'live',
          secretVersion: 2,
          scopes: ['inventory:read'],
          expiresAt: 1_798_761_600_000,
          meta: {},
          externalId: null,
        },
        application: { id: 'app_5hT2kq8ZxW1mB7cD', name: 'Data feed', slug: 'datafeed' },
        partner: { id: 'par_9dK3vN0sQ6yJ2fGh', name: 'Acme', tier: 'external' },
        rateLimit: { limit: 600, remaining: 598, resetMs: 41_200, windowMs: 60_000 },
        rateLimits: [],
        warnings: [],
        quota: null,
        rotation: null,
        latencyUs: 84,
      },
    },
    refused: {
      value: {
        valid: false,
        code: 'INSUFFICIENT_SCOPE',
        status: 403,
        requestId: 'req_8sW2m1Cx5VbN6hJ3',
        message: 'POST /offers is not in this key’s scopes.',
        detail: null,
        missing: ['POST /offers'],
        rule: null,
        retryAfterMs: null,
        rateLimit: null,
        rateLimits: [],
        warnings: [],
        contact: 'api-team@example.com',
        help: 'http://127.0.0.1:7420/request-access',
        key: { keyId: 'k7Qd2mX9pR4t', name: 'Data feed live' },
        latencyUs: 61,
      },
    },
  },
  lookupResponse: {
    found: {
      value: {
        found: true,
        key: {
          keyId: 'k7Qd2mX9pR4t',
          name: 'Data feed live',
          environment: 'live',
          status: 'active',
          secretVersion: 2,
          secretState: 'current',
          secretEndsAt: null,
          scopes: ['inventory:read'],
          createdAt: 1_767_225_600_000,
          expiresAt: 1_798_761_600_000,
          meta: {},
          externalId: null,
        },
        application: { id: 'app_5hT2kq8ZxW1mB7cD', name: 'Data feed', slug: 'datafeed' },
        partner: { id: 'par_9dK3vN0sQ6yJ2fGh', name: 'Acme', tier: 'external' },
        rateLimit: { limit: 600, remaining: 598, resetMs: 41_200, windowMs: 60_000 },
        rateLimits: [],
        quota: null,
      },
    },
    unknown: { summary: 'Unknown here, or of other services alone', value: { found: false } },
  },
  logRequest: {
    one: {
      value: { requestId: 'req_4fQ0a9Zr2LkX7bT1', responseStatus: 200, durationMs: 12.4, bytes: 5_120 },
    },
    elsewhere: {
      value: {
        entries: [{ keyId: 'k7Qd2mX9pR4t', method: 'GET', path: '/inventory/42', responseStatus: 200 }],
      },
    },
  },
  unkeyRequest: {
    permissions: {
      summary: 'With permissions and a limit of its own',
      value: {
        key: 'lk_live_datafeed_k7Qd2mX9pR4t_EXAMPLE0000000000000000000000000000000000000000000',
        permissions: 'inventory:read AND (offers:read OR offers:write)',
        credits: { cost: 2 },
        ratelimits: [{ name: 'exports', limit: 10, duration: 60_000 }],
        tags: ['endpoint=/inventory'],
      },
    },
  },
  unkeyResponse: {
    valid: {
      value: {
        meta: { requestId: 'req_4fQ0a9Zr2LkX7bT1' },
        data: {
          valid: true,
          code: 'VALID',
          keyId: 'k7Qd2mX9pR4t',
          name: 'Data feed live',
          enabled: true,
          meta: {},
          expires: 1_798_761_600_000,
          credits: 249_120,
          permissions: ['inventory:read', 'offers:read'],
          roles: [],
          identity: { id: 'app_5hT2kq8ZxW1mB7cD', externalId: 'datafeed' },
          ratelimits: [
            {
              id: 'exports',
              name: 'exports',
              limit: 10,
              duration: 60_000,
              reset: 60_000,
              remaining: 9,
              exceeded: false,
              autoApply: false,
            },
          ],
        },
      },
    },
    notFound: {
      value: { meta: { requestId: 'req_8sW2m1Cx5VbN6hJ3' }, data: { valid: false, code: 'NOT_FOUND' } },
    },
  },
  introspection: {
    active: {
      value: {
        active: true,
        scope: 'inventory:read',
        client_id: 'app_5hT2kq8ZxW1mB7cD',
        username: 'Data feed',
        token_type: 'api_key',
        exp: 1_798_761_600,
        iat: 1_795_305_600,
        sub: 'k7Qd2mX9pR4t',
        aud: 'trade',
        iss: 'http://127.0.0.1:7420',
      },
    },
    inactive: { value: { active: false } },
  },
} as const;
