import type { CallInput, Output } from '#contract/contract.ts';
import type { RotationConsent } from '#contract/rotation-handoffs.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { duration } from '#renderer/format/durations.ts';
import type { Option } from '#renderer/ui/select.tsx';

/** What happens when a rotation is due. */
export type WhenDue = 'template' | 'remind' | 'hand_over';

/** What a person chooses. Numbers are texts of the choices' values. */
export interface ConsentDraft {
  readonly when: WhenDue;
  readonly overlap: string;
  readonly life: string;
  readonly tries: string;
}

const optionsOf = (durations: readonly number[]): readonly Option[] =>
  durations.map((ms) => ({ value: String(ms), label: duration(ms) }));

/** How long the old secret goes on after the first use of the new one. */
export const OVERLAP_OPTIONS = optionsOf([HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS]);
/** How long each link waits. */
export const LINK_OPTIONS = optionsOf([DAY_MS, 2 * DAY_MS, 3 * DAY_MS, 7 * DAY_MS]);
/** How many links are sent. */
export const TRY_OPTIONS: readonly Option[] = [
  { value: '1', label: '1 link' },
  ...['2', '3', '4', '5'].map((value) => ({ value, label: `${value} links` })),
];

/** The draft that a dialog starts with. */
export function startConsent({ own, inherited }: Output<'rotations.handoff'>): ConsentDraft {
  const shown = own ?? inherited;
  return {
    when: own === null ? (inherited === null ? 'remind' : 'template') : own.isOn ? 'hand_over' : 'remind',
    overlap: withOption(OVERLAP_OPTIONS, shown?.overlapMs, 7 * DAY_MS),
    life: withOption(LINK_OPTIONS, shown?.linkMs, 7 * DAY_MS),
    tries: withOption(TRY_OPTIONS, shown?.triesMax, 3),
  };
}

/** The draft as the command takes it. */
export function consentOf(draft: ConsentDraft): CallInput<'rotations.setHandoff'>['consent'] {
  if (draft.when === 'template') return null;
  return {
    isOn: draft.when === 'hand_over',
    overlapMs: Number(draft.overlap),
    linkMs: Number(draft.life),
    triesMax: Number(draft.tries),
  };
}

/** What happens when a rotation is due, in a few words. */
export function consentWords(consent: RotationConsent | null): string {
  return consent?.isOn === true ? 'new secret goes to the contact by itself' : 'somebody is reminded';
}

function withOption(options: readonly Option[], value: number | undefined, usual: number): string {
  const text = String(value ?? usual);
  return options.some((option) => option.value === text) ? text : String(usual);
}
