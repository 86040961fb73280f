import type { SignatureTold } from '#contract/signed-by.ts';

/** What may be covered by a signature and is told on; of all other fields nothing is known here. */
const COVERED = /"([a-z0-9-]+)"/g;
/** Never told on as a part of what was signed. */
const SECRET: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'x-api-secret',
  'cookie',
  'x-latchkey-service',
]);

/** The signature of a request, with the fields that it names, as far as the proxy passes them on. Host and scheme are not told: which
 *  of the headers that hold them is the proxy's own, not every dialect knows. */
export function signedParts(input: string, rawHeaders: readonly string[]): SignatureTold {
  const names = new Set([...input.matchAll(COVERED)].map(([, name]) => name ?? ''));
  const headers = new Map<string, string>();
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'signature') values.push(value);
    if (!names.has(name) || SECRET.has(name)) continue;
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { input, value: values.join(', '), headers: Object.fromEntries(headers) };
}
