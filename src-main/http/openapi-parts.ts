import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** JSON schema of a type that validates, as it is sent (`input`) or answered (`output`). */
export function schema(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    // Our types are readonly in TypeScript; in OpenAPI the word would mean "never send this".
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });
  return rest;
}

/** Points to a schema of the document. */
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
/** A JSON body. */
export const content = (body: Json, examples?: Json) => ({
  'application/json': { schema: body, ...(examples === undefined ? {} : { examples }) },
});
/** The problem answers with these statuses. */
export const problems = (...statuses: readonly (keyof typeof PROBLEM_TEXTS)[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: PROBLEM_TEXTS[status],
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );

const PROBLEM_TEXTS = {
  '400': 'The body is not as documented: BAD_REQUEST or UNKNOWN_FIELD with `field`, or KEY_IN_URL.',
  '401': 'SERVICE_TOKEN_MISSING or SERVICE_TOKEN_INVALID.',
  '403': 'FORBIDDEN_ORIGIN: called by a page of another site.',
  '413': 'BODY_TOO_LARGE.',
  '415': 'UNSUPPORTED_MEDIA_TYPE.',
  '421': 'MISDIRECTED_HOST: the Host header is not one of this listener.',
  '429': 'SERVICE_THROTTLED: too many failed verifications from one source, or too many calls of one.',
  '431': 'HEADERS_TOO_LARGE.',
  '503':
    'VERIFY_UNAVAILABLE or LOG_UNAVAILABLE with Retry-After: the fault is ours, nothing is said about the key.',
} as const;

/** Statuses that every POST with a body may have. */
export const COMMON = ['400', '401', '403', '413', '415', '421', '429', '431', '503'] as const;
