/** One changed field of an audit event; `before` and `after` are texts for people, null where there was nothing. */
export interface FieldChange {
  readonly field: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

/** How a diff writes what people cannot read as it is kept. */
export interface DiffWords {
  /** For fields that end in At or AtMs, ms UTC. */
  readonly moment: (atMs: number) => string;
  /** Name behind an id, of a scope or plan for example; undefined for anything else. */
  readonly nameOf: (id: string) => string | undefined;
}

/** Fields whose name in the data says less than the one on the screens. */
const FIELD_LABELS: Readonly<Record<string, string>> = {
  ipAllow: 'Allowed addresses',
  originAllow: 'Allowed origins',
  userAgentAllow: 'Allowed user agents',
  serviceAllow: 'Allowed services',
  timeAllow: 'Allowed hours',
  signedBy: 'Signed requests',
  bindingMode: 'Bindings',
  scopeIds: 'Scopes',
  planId: 'Plan',
  rateLimits: 'Further rate limits',
  failuresMax: 'Failures of one address',
  failuresForgivenPerSecond: 'Forgiven a second',
  failuresExempt: 'Failures not counted from',
  verifyPerSecondMax: 'Ceiling of verifications a second',
  keepLiveSeconds: 'Answers about live keys are kept for, s',
  keepTestSeconds: 'Answers about test keys are kept for, s',
  askedFrom: 'Asks from',
  shedLagMs: 'Lag that puts off unknown keys',
  slowVerifyMs: 'Slow verifications from, ms',
  metricsTopKeys: 'Busiest keys in metrics',
  meta: 'Passed on to services',
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * The difference of an event's before and after, one entry per field, in the order of `after`, then what is only in
 * `before`. Equal fields are left out.
 */
export function auditDiff(
  before: Fields | null,
  after: Fields | null,
  words: DiffWords,
): readonly FieldChange[] {
  const fields = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])];
  return fields.flatMap((field): readonly FieldChange[] => {
    const old = before?.[field];
    const now = after?.[field];
    const hadOld = old !== undefined && old !== null;
    const hasNew = now !== undefined && now !== null;
    if (JSON.stringify(old) === JSON.stringify(now) || (!hadOld && !hasNew)) return [];
    return [
      {
        field: fieldLabel(field),
        kind: !hadOld ? 'added' : !hasNew ? 'removed' : 'changed',
        before: hadOld ? valueText(field, old, words) : null,
        after: hasNew ? valueText(field, now, words) : null,
      },
    ];
  });
}

/** `noExpiryReason` → `No expiry reason`; `expiresAtMs` → `Expires at`. */
export function fieldLabel(field: string): string {
  const known = FIELD_LABELS[field];
  if (known !== undefined) return known;
  const words = field
    .replace(/Ms$/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function valueText(field: string, value: unknown, words: DiffWords): string {
  if (typeof value === 'number' && /At(?:Ms)?$/.test(field)) return words.moment(value);
  if (typeof value === 'string') return value === '' ? '(empty)' : (words.nameOf(value) ?? value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    if (value.length === 0) return '(none)';
    return value.map((entry: unknown) => itemText(entry, words)).join('\n');
  }
  return itemText(value, words);
}

function itemText(value: unknown, words: DiffWords): string {
  if (typeof value === 'string') return words.nameOf(value) ?? value;
  if (isRule(value)) return `${value.effect} ${value.methods.join(',')} ${value.path}`;
  return JSON.stringify(value) ?? '';
}

function isRule(value: unknown): value is { effect: string; methods: readonly string[]; path: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'effect' in value &&
    typeof value.effect === 'string' &&
    'methods' in value &&
    Array.isArray(value.methods) &&
    'path' in value &&
    typeof value.path === 'string'
  );
}
