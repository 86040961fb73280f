import type { GatewayCase, GatewayTestInput } from '#contract/gateways.ts';
import type { TestKeys } from './make-test-keys.ts';

/** One request of a run, and what should come back. */
export interface PlannedCase {
  readonly case: GatewayCase;
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** null: the service's own answer. */
  readonly expectedStatus: number | null;
  /** Beside the expected one: a proxy may refuse such a request by itself. */
  readonly alsoFine: readonly number[];
}

/** What the forged headers of a client say. */
export const FORGED_KEY_ID = 'forged0000000';

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const apiKey = (key: string) => ({ 'X-API-Key': key });

/** Every request of a run in its order: first those that must be refused, as GET and as POST. */
export function plannedCases(keys: TestKeys, { method, path }: GatewayTestInput): readonly PlannedCase[] {
  const base = { method, path, body: null, expectedStatus: null, alsoFine: [] };
  const refused = (
    name: GatewayCase,
    label: string,
    headers: Readonly<Record<string, string>>,
    expectedStatus = 401,
  ): PlannedCase[] => [
    { ...base, case: name, label, method: 'GET', headers, expectedStatus },
    { ...base, case: name, label, method: 'POST', body: '{}', headers, expectedStatus },
  ];
  return [
    ...refused('missing', 'No key at all', {}),
    ...refused('malformed', 'Something that is no key', bearer(keys.malformed)),
    ...refused('unknown', 'A well-formed key that nobody has', apiKey(keys.unknown)),
    ...refused('expired', 'A key that has expired', bearer(keys.expired)),
    ...refused('revoked', 'A key that is revoked', apiKey(keys.revoked)),
    ...refused('suspended', 'A key that is suspended', bearer(keys.suspended)),
    ...refused('out-of-scope', 'A key that may not do this', bearer(keys.outOfScope), 403),
    ...otherCases(keys, base),
  ];
}

type Base = Omit<PlannedCase, 'case' | 'label' | 'headers'>;

/** What is sent with the method that the operator chose. */
function otherCases(keys: TestKeys, base: Base): readonly PlannedCase[] {
  const { path } = base;
  return [
    {
      ...base,
      case: 'two-credentials',
      label: 'Two different keys at once',
      headers: { ...bearer(keys.good), ...apiKey(keys.unknown) },
      expectedStatus: 400,
      alsoFine: [401, 403],
    },
    {
      ...base,
      case: 'odd-path',
      label: 'A path that servers read in different ways',
      path: `${path.endsWith('/') ? path : `${path}/`}..%2f..%2flatchkey`,
      headers: bearer(keys.good),
      expectedStatus: 403,
      alsoFine: [400, 404],
    },
    { ...base, case: 'good', label: 'A good key', headers: bearer(keys.good) },
    {
      ...base,
      case: 'forged-identity',
      label: 'A good key, and forged identity headers',
      headers: { ...apiKey(keys.good), 'X-Key-Id': FORGED_KEY_ID, 'X-Consumer-ID': FORGED_KEY_ID },
    },
    {
      ...base,
      case: 'key-removed',
      label: 'The service does not see the key',
      headers: apiKey(keys.good),
    },
    {
      ...base,
      case: 'limited',
      label: 'The first request of a limit of one',
      headers: apiKey(keys.limited),
    },
    {
      ...base,
      case: 'limited',
      label: 'The second request of a limit of one',
      headers: apiKey(keys.limited),
      expectedStatus: 429,
    },
  ];
}
