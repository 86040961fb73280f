import { singleQuoted } from '#contract/shell-text.ts';

/**
 * A shell command that sends a logged request again. The key is never in it: the shell fills in `$API_KEY`. Without a
 * base address of the service, `$SERVICE_URL` stands for it.
 */
export function curlText(request: {
  readonly method: string | null;
  readonly path: string | null;
  readonly baseUrl: string | null;
}): string {
  const path = request.path ?? '/';
  const url =
    request.baseUrl === null
      ? `"$SERVICE_URL"${singleQuoted(path)}`
      : singleQuoted(`${request.baseUrl.replace(/\/+$/, '')}${path}`);
  const method = request.method === null || request.method === 'GET' ? '' : ` -X ${request.method}`;
  return `curl${method} --path-as-is ${url} \\\n  -H "Authorization: Bearer $API_KEY"`;
}

/** The command that asks Latchkey about a key, for a service that is being connected. Both secrets stay in variables. */
export function verifyCurlText(serviceUrl: string): string {
  return [
    `curl ${singleQuoted(`${serviceUrl.replace(/\/+$/, '')}/v1/verify`)} \\`,
    '  -H "Authorization: Bearer $LATCHKEY_SERVICE_TOKEN" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"key":"'"$API_KEY"'","method":"GET","path":"/"}'`,
  ].join('\n');
}
