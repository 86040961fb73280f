import { quota, rateLimit, type Quota, type RateLimit } from '#contract/plans.ts';
import { isFields, numberOf, textOf, type KongFields } from './kong-fields.ts';

/** What the plugins of a consumer mean for its keys. `problems` say what has to be set by hand. */
export interface KongPolicy {
  readonly rateLimit: RateLimit | null;
  readonly quota: Quota | null;
  /** False where all of its requests are turned away. */
  readonly isEnabled: boolean;
  readonly problems: readonly string[];
}

const WINDOWS = [
  ['second', 1_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
] as const;
const NOT_TAKEN = 'A plugin of this consumer is not taken over. Set by hand what it does:';

/** Reads the plugins of a consumer: the shortest window of `rate-limiting` becomes the limit, its month the quota, and
 *  `request-termination` keeps the keys suspended. */
export function kongPolicy(plugins: readonly KongFields[]): KongPolicy {
  let rate: RateLimit | null = null;
  let monthly: Quota | null = null;
  let isEnabled = true;
  const problems: string[] = [];
  for (const plugin of plugins) {
    if (plugin['enabled'] === false || plugin['enabled'] === 'false') continue;
    const name = textOf(plugin['name']) ?? '';
    if (name === 'request-termination') isEnabled = false;
    else if (name === 'rate-limiting') {
      const read = limitsOf(isFields(plugin['config']) ? plugin['config'] : {});
      rate = read.rate ?? rate;
      monthly = read.monthly ?? monthly;
      problems.push(...read.problems);
    } else
      problems.push(
        /^[a-z0-9-]{1,40}$/.test(name) ? `${NOT_TAKEN} ${name}.` : `${NOT_TAKEN} its name is unusual.`,
      );
  }
  return { rateLimit: rate, quota: monthly, isEnabled, problems };
}

function limitsOf(config: KongFields) {
  const told = WINDOWS.flatMap(([word, windowMs]) => {
    const limit = numberOf(config[word]);
    return limit === null ? [] : [{ limit, windowMs }];
  });
  const month = numberOf(config['month']);
  const rate = told[0] === undefined ? null : (rateLimit.safeParse(told[0]).data ?? null);
  const monthly = month === null ? null : (quota.safeParse({ limit: month, period: 'month' }).data ?? null);
  const lost =
    told.length -
    (rate === null ? 0 : 1) +
    (month !== null && monthly === null ? 1 : 0) +
    (numberOf(config['year']) === null ? 0 : 1);
  return {
    rate,
    monthly,
    problems:
      lost > 0 ? ['One limit and a monthly quota are taken over. Give the key a plan for the others.'] : [],
  };
}
