import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE_GRANT } from '#contract/token-exchange.ts';

/** A verification by hand. `address` is the service listener's base address. */
export function curlExample(address: string, method = 'GET', path = '/inventory/42'): string {
  return [
    `curl -s ${address}/v1/verify \\`,
    '  -H "Authorization: Bearer $LATCHKEY_SERVICE_TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '{ "key": "'"$API_KEY"'", "method": "${method}", "path": "${path}" }'`,
  ].join('\n');
}

/** Exchanges the key in $API_KEY for a token by hand. Both addresses are the service listener's. */
export function exchangeExample(tokenUrl: string, audience: string): string {
  return [
    `curl -s ${tokenUrl} \\`,
    `  -d grant_type=${TOKEN_EXCHANGE_GRANT} \\`,
    `  -d subject_token_type=${ACCESS_TOKEN_TYPE} \\`,
    `  -d audience=${audience} \\`,
    '  --data-urlencode "subject_token=$API_KEY"',
  ].join('\n');
}

/** Verification of every request of an Express service with our client, refusing when Latchkey cannot be asked. */
export function expressExample(address: string): string {
  return `// latchkey/ is a copy of resources/clients/typescript; it has fastify.ts and hono.ts, too.
import { createLatchkey } from './latchkey/latchkey.ts';
import { latchkeyExpress } from './latchkey/express.ts';

const latchkey = createLatchkey({
  url: '${address}',
  token: process.env.LATCHKEY_SERVICE_TOKEN ?? '',
  timeoutMs: 500,
  // Never let a request pass because Latchkey is away.
  onUnavailable: 'refuse',
});

// Verifies, refuses with the right status, and reports status and duration of every answer.
app.use(latchkeyExpress(latchkey));
app.get('/inventory/:id', (request, response) => {
  response.json({ caller: request.latchkey?.application.name });
});`;
}

/** The report that joins a decision's row in the request log. */
export function reportExample(address: string): string {
  return [
    `curl -s ${address}/v1/log \\`,
    '  -H "Authorization: Bearer $LATCHKEY_SERVICE_TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '{ "requestId": "req_…", "responseStatus": 200, "durationMs": 12.4 }'`,
  ].join('\n');
}
