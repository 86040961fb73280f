import { NOTICE_KINDS, type NoticeKind } from '#contract/notice-kinds.ts';

/** Stands for all kinds, those too that a later version will tell. */
const EVERYTHING = '*';

/** A choice of kinds as it is stored: who wants all of them wants those of later versions, too. */
export function keptKinds(chosen: readonly NoticeKind[]): readonly string[] {
  return NOTICE_KINDS.every((kind) => chosen.includes(kind)) ? [EVERYTHING] : chosen;
}

/** The choice that was stored. */
export function readKinds(kept: readonly string[]): readonly NoticeKind[] {
  return kept.includes(EVERYTHING) ? NOTICE_KINDS : NOTICE_KINDS.filter((kind) => kept.includes(kind));
}
