import { z } from 'zod';
import { METHODS, PATTERN_CHARACTERS_MAX } from './http-methods.ts';
import { scopeId, serviceId, timestampMs } from './ids.ts';
import { noteText } from './names.ts';
import { command, orAbsent, query } from './procedure.ts';

export const RULES_MAX = 64;

/** Path pattern of a rule. Syntax is checked by `domain/path-rules`: `*` and `{name}` one segment, `**` the rest, only last. */
export const pathPattern = z
  .string()
  .min(1)
  .max(PATTERN_CHARACTERS_MAX)
  .startsWith('/', 'A path starts with /.');

export const rule = z
  .strictObject({
    effect: z.enum(['allow', 'deny']),
    methods: z
      .union([z.tuple([z.literal('*')]), z.array(z.enum(METHODS)).min(1).max(METHODS.length)])
      .readonly(),
    path: pathPattern,
  })
  .readonly();
export type Rule = z.infer<typeof rule>;

const ruleList = z.array(rule).max(RULES_MAX, `At most ${String(RULES_MAX)} rules.`);
export const rules = ruleList.readonly();
const scopeRules = ruleList.min(1, 'A scope needs at least one rule.').readonly();

/** Name of a permission, for example `inventory:read`. */
export const scopeName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_./-]{0,30}(?::[A-Za-z0-9*][A-Za-z0-9_.*/-]{0,30}){0,3}$/,
    'Use a name such as inventory:read.',
  );

export const scope = z
  .object({
    id: scopeId,
    serviceId,
    name: scopeName,
    description: z.string(),
    rules,
    /** Keys that are not revoked and hold this scope. */
    keyCount: z.int(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Scope = z.infer<typeof scope>;

export const scopeProcedures = {
  'scopes.create': command(
    'admin',
    z.strictObject({ serviceId, name: scopeName, description: orAbsent(noteText, ''), rules: scopeRules }),
    scope,
    ['SERVICE_NOT_FOUND', 'NAME_TAKEN'],
  ),
  'scopes.list': query(
    'viewer',
    z.strictObject({ serviceId: serviceId.optional() }),
    z.object({ items: z.array(scope).readonly() }),
  ),
  'scopes.update': command(
    'admin',
    z.strictObject({
      scopeId,
      name: scopeName.optional(),
      description: noteText.optional(),
      rules: scopeRules.optional(),
    }),
    scope,
    ['SCOPE_NOT_FOUND', 'NAME_TAKEN'],
  ),
  'scopes.delete': command('admin', z.strictObject({ scopeId }), z.object({ deleted: z.literal(true) }), [
    'SCOPE_NOT_FOUND',
    'SCOPE_IN_USE',
  ]),
} as const;
