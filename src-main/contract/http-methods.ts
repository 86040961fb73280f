/** HTTP methods an endpoint can have; `*` in a rule stands for every method. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

/** Longest path pattern of a rule. */
export const PATTERN_CHARACTERS_MAX = 256;
