/** The key with its secret hidden: the public part stays, then dots, then the last four. Never holds more of the secret than that. */
export function maskedSecret(secret: string): string {
  const publicPart = /^lk_(?:live|test)_[a-z0-9]+_[0-9A-Za-z]{12}_/.exec(secret)?.[0] ?? '';
  return `${publicPart}${'•'.repeat(12)}${secret.slice(-4)}`;
}

/** Languages of the snippets. */
export const SNIPPET_KINDS = [
  { value: 'curl', label: 'curl' },
  { value: 'header', label: 'HTTP header' },
  { value: 'env', label: '.env file' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'python', label: 'Python' },
  { value: 'basic', label: 'Basic (id:secret)' },
  { value: 'pair', label: 'Id and secret headers' },
] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number]['value'];

/** Name of the environment variable for an application's key: `DATAFEED_API_KEY`. */
export function variableName(applicationSlug: string): string {
  const name = applicationSlug.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return `${/^[0-9]/.test(name) ? `KEY_${name}` : name}_API_KEY`;
}

/** The part of a key that programs take as the secret beside its id. They may also send the whole key there. */
export function secretPart(secret: string): string {
  return secret.slice(secret.lastIndexOf('_') + 1);
}

/** How a partner's program sends the key. The secret itself is never in it, only the variable that holds it: the whole key, or the
 *  part of it that goes with its id. */
export function snippet(
  kind: SnippetKind,
  { keyId, path, variable }: { readonly keyId: string; readonly path: string; readonly variable: string },
): string {
  const url = `https://api.example.com${path}`;
  switch (kind) {
    case 'curl':
      return `curl -H "Authorization: Bearer $${variable}" ${url}`;
    case 'header':
      return `Authorization: Bearer <value of ${variable}>`;
    case 'env':
      return `${variable}=<paste the key here>`;
    case 'javascript':
      return `const response = await fetch('${url}', {\n  headers: { Authorization: \`Bearer \${process.env.${variable}}\` },\n});`;
    case 'python':
      return `import os, requests\n\nresponse = requests.get(\n    '${url}',\n    headers={'Authorization': f"Bearer {os.environ['${variable}']}"},\n)`;
    case 'basic':
      return `curl -u "${keyId}:$${variable}" ${url}`;
    case 'pair':
      return `curl -H 'X-API-Key: ${keyId}' -H "X-API-Secret: $${variable}" ${url}`;
  }
}
