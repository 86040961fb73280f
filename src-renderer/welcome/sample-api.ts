/** A request that a key may make that reads, and one that it may not, of a list of endpoints. */
export function trialRequests(endpoints: readonly { readonly method: string; readonly path: string }[]): {
  readonly allowed: { readonly method: string; readonly path: string };
  readonly refused: { readonly method: string; readonly path: string };
} {
  const reading = endpoints.find(({ method }) => method === 'GET');
  const writing = endpoints.find(({ method }) => !['GET', 'HEAD'].includes(method));
  return {
    allowed: { method: 'GET', path: filled(reading?.path ?? '/inventory') },
    refused: { method: writing?.method ?? 'POST', path: filled(writing?.path ?? '/offers') },
  };
}

function filled(template: string): string {
  return template.replaceAll(/\{[^}/]*\}/g, '42');
}
