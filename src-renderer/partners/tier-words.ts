import { TIERS } from '#contract/partners.ts';

/** Tiers as people say them. A tier of one's own is shown as it was typed. */
export function tierWord(tier: string): string {
  switch (tier) {
    case 'external':
      return 'External';
    case 'first_party':
      return 'First party';
    case 'federal':
      return 'Federal';
    default:
      return tier;
  }
}

/** The tiers that every installation knows. */
export const TIER_OPTIONS = TIERS.map((value) => ({
  value,
  label: tierWord(value),
}));
