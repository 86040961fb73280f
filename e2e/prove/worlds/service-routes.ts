import { openApiDocument } from '#main/http/openapi-document.ts';

/** Every route of the service listener, `/h/{token}` and the other pages for people too. A test of the server keeps the document true. */
export const SERVICE_ROUTES: readonly { readonly method: string; readonly path: string }[] = Object.entries(
  Object(openApiDocument('0')['paths']) as Record<string, object>,
).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })),
);
