/** A verification by hand. `address` is the service listener's base address. */
export function curlExample(address: string): string {
  return [
    `curl -s ${address}/v1/verify \\`,
    '  -H "Authorization: Bearer $LATCHKEY_SERVICE_TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '{ "key": "'"$API_KEY"'", "method": "GET", "path": "/inventory/42" }'`,
  ].join('\n');
}

/** Verification of every request of an Express service, refusing when Latchkey cannot be asked. */
export function expressExample(address: string): string {
  return `app.use(async (request, response, next) => {
  const answer = await fetch('${address}/v1/verify', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: \`Bearer \${process.env.LATCHKEY_SERVICE_TOKEN}\`,
    },
    body: JSON.stringify({ key: request.get('x-api-key') ?? 'none', method: request.method, path: request.path }),
    signal: AbortSignal.timeout(500),
  }).catch(() => null);
  // Never let a request pass because the verifier is away.
  if (answer === null || answer.status !== 200) return response.status(503).end();
  const decision = await answer.json();
  if (!decision.valid) return response.status(decision.status).json({ code: decision.code, message: decision.message });
  response.locals.decision = decision;
  next();
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
