import type { Passport } from '#contract/passport.ts';
import type { Rule } from '#contract/scopes.ts';

/** A request that a key may make. */
export interface SampleCall {
  readonly method: string;
  readonly url: string;
}

/** Where nobody has said where the service is. */
const UNKNOWN_BASE_URL = 'https://api.example.com';

/** A request that the first allow rule lets pass; `GET /` without one. */
export function sampleCall(rules: readonly Rule[], baseUrl: string | null): SampleCall {
  const rule = rules.find(({ effect }) => effect === 'allow');
  const method = rule?.methods[0] ?? '*';
  const path = (rule?.path ?? '/').replaceAll('**', 'sample').replaceAll(/\{[^}/]*\}|\*/g, 'sample');
  const base = (baseUrl ?? UNKNOWN_BASE_URL).replace(/\/+$/, '');
  return { method: method === '*' ? 'GET' : method, url: quotable(base + path) };
}

/** Name of the environment variable that holds a key of this application: `DATAFEED_API_KEY`. */
export function variableName(applicationSlug: string): string {
  const name = applicationSlug.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return `${/^[0-9]/.test(name) ? `KEY_${name}` : name}_API_KEY`;
}

/** How programs send the key. The key itself is in none of them, only the variable that holds it. `pairId` = the key's id, where it
 *  is also taken as a pair of id and secret. */
export function snippetsOf(
  { method, url }: SampleCall,
  { variable, pairId }: { readonly variable: string; readonly pairId: string | null },
): Passport['snippets'] {
  return [
    {
      language: 'curl',
      label: 'curl',
      code: `curl -X ${method} '${url}' \\
  -H "Authorization: Bearer $${variable}"`,
    },
    {
      language: 'javascript',
      label: 'JavaScript',
      code: `const response = await fetch('${url}', {
  method: '${method}',
  headers: { Authorization: \`Bearer \${process.env.${variable}}\` },
});
console.log(response.status, await response.text());`,
    },
    {
      language: 'python',
      label: 'Python',
      code: `import os
import requests

response = requests.request(
    '${method}',
    '${url}',
    headers={'Authorization': f"Bearer {os.environ['${variable}']}"},
    timeout=10,
)
print(response.status_code, response.text)`,
    },
    { language: 'go', label: 'Go', code: goProgram({ method, url }, variable) },
    ...(pairId === null ? [] : pairSnippets({ method, url }, variable, pairId)),
  ];
}

/** With the whole key as the secret beside its id. */
function pairSnippets({ method, url }: SampleCall, variable: string, keyId: string): Passport['snippets'] {
  return [
    {
      language: 'basic',
      label: 'Where only user name and password fit (HTTP Basic)',
      code: `curl -X ${method} '${url}' \\
  -u "${keyId}:$${variable}"`,
    },
    {
      language: 'pair',
      label: 'Where key id and secret have headers of their own',
      code: `curl -X ${method} '${url}' \\
  -H 'X-API-Key: ${keyId}' \\
  -H "X-API-Secret: $${variable}"`,
    },
  ];
}

function goProgram({ method, url }: SampleCall, variable: string): string {
  return `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	request, err := http.NewRequest("${method}", "${url}", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("${variable}"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.StatusCode, string(body))
}`;
}

/** An address that ends none of the quotes it is put into. */
function quotable(url: string): string {
  return url.replaceAll(/['"\\\s`$]/g, (character) => encodeURIComponent(character).replaceAll("'", '%27'));
}
