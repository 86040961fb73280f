import type { NamedRateLimit } from '#contract/plans.ts';
import type { Demand } from '#main/domain/scope-check.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import type { NormalisedPath } from '#main/domain/normalise-path.ts';
import { compileRules, decideRules } from '#main/domain/path-rules.ts';
import type { RuleSet } from '#main/domain/path-rules.ts';

type ReadablePath = Extract<NormalisedPath, { ok: true }>;

/** A rate limit with its endpoints made ready to compare; none = it holds for every request. */
export interface HeldLimit extends NamedRateLimit {
  readonly endpoints?: RuleSet;
}

/** Makes a limit ready. A pattern that cannot be read matches nothing; none such is stored. */
export function heldLimit(limit: NamedRateLimit): HeldLimit {
  if (limit.only === undefined) return limit;
  return {
    ...limit,
    endpoints: compileRules([{ ...limit.only, effect: 'allow', source: limit.name }]),
  };
}

/** Those that hold for a request, in their order. One that names no endpoint meets only those that hold for every request.
 *  Limits take more in than rules do, because both err on the safe side: what a rule takes in is allowed, what a limit takes in is
 *  counted. HEAD counts as the GET that it is to most services, and a path counts with and without a slash at its end, since most
 *  route both alike: a limit that held only one writing could be walked around with the other. */
export function limitsFor(
  limits: readonly HeldLimit[],
  { method, path }: Pick<Demand, 'method' | 'path'>,
): readonly HeldLimit[] {
  if (limits.every(({ endpoints }) => endpoints === undefined)) return limits;
  const normalised = path === null ? null : normalisePath(path);
  const writings = normalised?.ok === true ? [normalised, otherWriting(normalised)] : [];
  const methods = method === 'HEAD' ? ['HEAD', 'GET'] : [method];
  const isMet = (endpoints: RuleSet): boolean =>
    writings.some((writing) =>
      methods.some((each) => each !== null && decideRules(endpoints, each, writing).allowed),
    );
  return limits.filter(({ endpoints }) => endpoints === undefined || isMet(endpoints));
}

/** The path with the slash at its end that it lacks, or without the one that it has; the root has one writing. */
function otherWriting(path: ReadablePath): ReadablePath {
  const { segments } = path;
  if (segments.at(-1) !== '') return { ...path, segments: [...segments, ''] };
  return segments.length === 1 ? path : { ...path, segments: segments.slice(0, -1) };
}
