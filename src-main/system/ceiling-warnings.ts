import type { SystemStatus } from '#contract/system.ts';

type Warnings = SystemStatus['warnings'];

/** From this share of a ceiling on it is told. */
const NEAR_SHARE = 0.8;
/** A ceiling below this is meant to be reached: a token for one child. */
const MAX_WARNED_OF = 5;

/** What has a ceiling, and how full it is. */
export interface CeilingFill {
  readonly kind: 'children' | 'enrolment-tokens' | 'blocked-sources' | 'open-requests';
  /** Whose it is, in words; empty for one of the whole server. */
  readonly of: string;
  readonly used: number;
  readonly max: number;
}

/** Is so much of a ceiling used that it is told? */
export function isNearCeiling(used: number, max: number): boolean {
  return max >= MAX_WARNED_OF && used >= max * NEAR_SHARE;
}

/** One warning for each kind of ceiling that is used by NEAR_SHARE: of its fullest one, with how many more there are. */
export function ceilingWarnings(fills: readonly CeilingFill[]): Warnings {
  const near = fills
    .filter(({ used, max }) => isNearCeiling(used, max))
    .toSorted((one, other) => other.used / other.max - one.used / one.max);
  return KINDS.flatMap((kind) => {
    const [fullest, ...others] = near.filter((fill) => fill.kind === kind);
    if (fullest === undefined) return [];
    const { code, words } = SENTENCES[kind];
    const more =
      others.length === 0
        ? ''
        : ` ${numberText(others.length)} more ${others.length === 1 ? 'is' : 'are'} as near to the limit.`;
    return [{ code, message: `${words(fullest)}${more}` }];
  });
}

interface Sentence {
  readonly code: string;
  /** Which ceiling, how full it is, and what to do. */
  readonly words: (fill: CeilingFill) => string;
}

const KINDS = ['children', 'enrolment-tokens', 'open-requests', 'blocked-sources'] as const;
const SENTENCES: Readonly<Record<CeilingFill['kind'], Sentence>> = {
  children: {
    code: 'CHILDREN_NEAR_MAX',
    words: (fill) =>
      `${fill.of} has ${ofMost(fill)} children at once; beyond that none is made. Revoke children that nobody needs, or make a token that allows more.`,
  },
  'enrolment-tokens': {
    code: 'ENROLMENT_TOKENS_NEAR_MAX',
    words: (fill) => `${fill.of} has ${ofMost(fill)} enrolment tokens. Revoke those that nobody uses.`,
  },
  'open-requests': {
    code: 'OPEN_REQUESTS_NEAR_MAX',
    words: (fill) =>
      `${ofMost(fill)} requests for a key are undecided; beyond that they are turned away. Approve or reject the oldest.`,
  },
  'blocked-sources': {
    code: 'BLOCKED_SOURCES_NEAR_MAX',
    words: (fill) =>
      `The list of blocked sources has ${ofMost(fill)} entries; when it is full, nothing more can be blocked. Remove what no longer needs to be blocked, or block wider networks instead.`,
  },
};

function ofMost({ used, max }: CeilingFill): string {
  return `${numberText(used)} of at most ${numberText(max)}`;
}

function numberText(value: number): string {
  return value.toLocaleString('en-US');
}
