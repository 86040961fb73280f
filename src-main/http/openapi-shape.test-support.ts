import { z } from 'zod';

/** The Path Item, Operation and Response objects of OpenAPI 3.1, without extensions: a field that has slipped one level up or down is
 *  no field of where it landed, and the specification allows no others. */
const text = z.string().min(1);
const jsonSchema = z.record(z.string(), z.unknown());
const mediaType = z.strictObject({
  schema: jsonSchema,
  examples: z.record(z.string(), z.unknown()).optional(),
});
const content = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), mediaType);
const parameter = z.strictObject({
  name: text,
  in: z.enum(['query', 'header', 'path', 'cookie']),
  description: text.optional(),
  required: z.boolean().optional(),
  schema: jsonSchema,
});
const header = z.strictObject({ description: text.optional(), schema: jsonSchema });
const response = z.strictObject({
  description: text,
  headers: z.record(z.string(), header).optional(),
  content: content.optional(),
});
const security = z.array(z.record(z.string(), z.array(z.string())));
const operation = z.strictObject({
  operationId: text,
  summary: text,
  description: text.optional(),
  parameters: z.array(parameter).optional(),
  requestBody: z
    .strictObject({ description: text.optional(), required: z.boolean().optional(), content })
    .optional(),
  responses: z.record(z.string().regex(/^(?:[1-5]\d\d|default)$/), response),
  security: security.optional(),
});
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
const pathItem = z.strictObject({
  description: text.optional(),
  parameters: z.array(parameter).optional(),
  ...Object.fromEntries(METHODS.map((method) => [method, operation.optional()])),
});

/** What an OpenAPI 3.1 document of ours is like, as far as clients are generated from it. */
export const openApiShape = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: text, version: text, description: text }),
  servers: z.array(z.strictObject({ url: text })),
  paths: z.record(z.string().startsWith('/'), pathItem),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('http'), scheme: text, description: text }),
        z.strictObject({ type: z.literal('apiKey'), in: text, name: text, description: text }),
      ]),
    ),
    schemas: z.record(z.string().regex(/^[\w.-]+$/), jsonSchema),
  }),
});
