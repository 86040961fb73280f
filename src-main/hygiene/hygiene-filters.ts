import { type HygieneKind } from '#contract/hygiene.ts';
import type { KeyFilter } from '#contract/keys.ts';

const IN_USE = ['active', 'rotating'] as const satisfies KeyFilter['status'];

/** The keys that each kind means. The screens link to lists with the same filters. */
export const HYGIENE_FILTERS: Readonly<Record<HygieneKind, KeyFilter>> = {
  sharing: { status: [...IN_USE], sharingSuspected: true },
  nearExpiry: { status: ['expiring'] },
  overScoped: { status: [...IN_USE], overScoped: true },
  neverUsed: { status: [...IN_USE], lastUsed: 'never' },
  idle: { status: [...IN_USE], lastUsed: 'over30d' },
  noExpiry: { status: [...IN_USE], expires: 'never' },
  noLimit: { status: [...IN_USE], withoutLimit: true },
  missingContact: { status: [...IN_USE], missingContact: true },
};

/** Are the keys of this kind known from the request log only? */
export function needsLog(kind: HygieneKind): boolean {
  const { sharingSuspected, overScoped } = HYGIENE_FILTERS[kind];
  return sharingSuspected === true || overScoped === true;
}
