/** Shares of a quota, in per cent, that are told once in a period. */
export const QUOTA_THRESHOLDS = [50, 80, 95, 100] as const;
export type QuotaThreshold = (typeof QUOTA_THRESHOLDS)[number];
