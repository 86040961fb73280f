import type { Output } from '#contract/contract.ts';
import { HOLDER_USAGE_MS, type HolderError, type MeResponse } from '#contract/holder.ts';
import { timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { Rule } from '#contract/scopes.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import type { UseCaseContext } from '#main/context.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { CAUSE_WORDS } from './holder-words.ts';
import { whatToDo } from './what-to-do.ts';

type Summary = Output<'usage.summary'>;

/** What the view is made of beside the store. */
export interface HolderParts {
  readonly limits: Output<'keys.limits'>;
  /** Of the last HOLDER_USAGE_MS; null while the log cannot be read. */
  readonly summary: Summary | null;
  readonly introduction: string;
  readonly contact: string | null;
  readonly help: string;
}

/** Endpoints that are named. */
const ENDPOINTS_MAX = 10;

/** A key as its holder sees it. `row` is what the presented secret was recognised by; the key must be there. */
export function holderView(context: UseCaseContext, row: VerifyRow, parts: HolderParts): MeResponse {
  const loaded = loadKey(context, row.keyId);
  const key = viewKey(context, loaded);
  const { limits, summary, introduction, help } = parts;
  const view = {
    key: keyOf(key),
    application: { id: key.applicationId, name: key.applicationName },
    scopes: scopesOf(context, key),
    ownRules: inWords(key.rules),
    limits,
    rotation: rotationOf(key, row),
    usage: summary === null ? null : usageOf(context, key, summary),
    errors: summary === null ? [] : errorsOf(summary),
    refusedEndpoints: summary === null ? [] : refusedEndpoints(summary),
    introduction,
    contact: parts.contact ?? key.contactEmail,
    help,
  };
  return { ...view, whatToDo: whatToDo(view, context.nowMs) };
}

function keyOf(key: Key): MeResponse['key'] {
  const { keyId, name, environment, status, createdAt, expiresAt, graceEndsAt, parent, suspension } = key;
  const message = suspension?.message ?? null;
  return { keyId, name, environment, status, createdAt, expiresAt, graceEndsAt, parent, message };
}

/** The scopes of a key with what each lets it call, in words. Scopes that are gone are left out. */
export function scopesOf({ db }: UseCaseContext, { scopeIds }: Key): MeResponse['scopes'] {
  return scopeIds.flatMap((id) => {
    const scope = db.scopes.get(id);
    if (scope === null) return [];
    const { name, description, rules, serviceId } = scope;
    const service = db.services.findName(serviceId) ?? '';
    return [{ name, description, service, serviceId, ...inWords(rules) }];
  });
}

/** What rules allow and deny: `GET, POST /offers/**`. */
export function inWords(rules: readonly Rule[]): MeResponse['ownRules'] {
  const textsOf = (effect: Rule['effect']): readonly string[] =>
    rules
      .filter((rule) => rule.effect === effect)
      .map(({ methods, path }) => `${methodText(methods)} ${path}`);
  return { may: textsOf('allow'), mayNot: textsOf('deny') };
}

function methodText(methods: Rule['methods']): string {
  return methods[0] === '*' ? 'any method' : methods.join(', ');
}

function rotationOf(key: Key, row: VerifyRow): MeResponse['rotation'] {
  return {
    secretVersion: row.secretVersion,
    secretState: row.secretVersion === row.currentVersion ? 'current' : 'retiring',
    secretEndsAt: row.secretEndsAtMs,
    currentVersion: row.currentVersion,
    dueAt: key.rotationDueAt,
  };
}

function usageOf({ nowMs }: UseCaseContext, key: Key, { totals }: Summary): NonNullable<MeResponse['usage']> {
  const allowed = totals.byCode.VALID ?? 0;
  return {
    from: timestampMs.parse(nowMs - HOLDER_USAGE_MS),
    to: nowMs,
    total: totals.total,
    allowed,
    refused: totals.total - allowed,
    reported: totals.reported,
    lastUsedAt: key.lastUsedAt,
  };
}

function errorsOf({ totals }: Summary): readonly HolderError[] {
  const refused = DECISION_CODES.filter((code) => code !== 'VALID').map((cause) => ({
    cause,
    count: totals.byCode[cause] ?? 0,
  }));
  const failed = (['4xx', '5xx'] as const).map((cause) => ({
    cause,
    count: totals.byStatusClass[cause] ?? 0,
  }));
  return [...refused, ...failed]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ cause, count }) => ({ cause, count, ...CAUSE_WORDS[cause] }));
}

function refusedEndpoints({ topEndpoints }: Summary): MeResponse['refusedEndpoints'] {
  return topEndpoints
    .filter(({ refused }) => refused > 0)
    .map(({ method, path, refused }) => ({ endpoint: `${method} ${path}`, count: refused }))
    .sort((a, b) => b.count - a.count)
    .slice(0, ENDPOINTS_MAX);
}
