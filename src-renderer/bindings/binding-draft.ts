import { z } from 'zod';
import { BINDING_MODES, type BindingMode, type TimeWindow } from '#contract/bindings.ts';
import { serviceId, type ServiceId } from '#contract/ids.ts';

const hoursDraft = z.object({
  days: z.array(z.number()),
  from: z.string(),
  to: z.string(),
  timeZone: z.string(),
});
/** Hours while they are typed. `days`: 1 = Monday to 7 = Sunday. */
export type HoursDraft = z.output<typeof hoursDraft>;

/** From where, by what and when a key may be used, while it is typed: lists are texts with one entry a line. */
export const bindingDraft = z.object({
  ipAllow: z.string(),
  originAllow: z.string(),
  userAgentAllow: z.string(),
  serviceAllow: z.array(serviceId),
  timeAllow: z.array(hoursDraft),
  bindingMode: z.enum(BINDING_MODES),
});
export type BindingDraft = z.output<typeof bindingDraft>;

/** Bindings as a key holds them. */
export interface Bindings {
  readonly ipAllow: readonly string[];
  readonly originAllow: readonly string[];
  readonly userAgentAllow: readonly string[];
  readonly serviceAllow: readonly ServiceId[];
  readonly timeAllow: readonly TimeWindow[];
  readonly bindingMode: BindingMode;
}

/** Usable from everywhere at any time; the first binding is enforced. */
export const NO_BINDINGS: BindingDraft = {
  ipAllow: '',
  originAllow: '',
  userAgentAllow: '',
  serviceAllow: [],
  timeAllow: [],
  bindingMode: 'enforce',
};

/** Office hours in `timeZone`, to begin with. */
export function newHours(timeZone: string): HoursDraft {
  return { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', timeZone };
}

/** Bindings as they stand, to be edited. */
export function bindingDraftOf(bindings: Bindings): BindingDraft {
  return {
    ipAllow: bindings.ipAllow.join('\n'),
    originAllow: bindings.originAllow.join('\n'),
    userAgentAllow: bindings.userAgentAllow.join('\n'),
    serviceAllow: [...bindings.serviceAllow],
    timeAllow: bindings.timeAllow.map(({ days, ...hours }) => ({ ...hours, days: [...days] })),
    bindingMode: bindings.bindingMode,
  };
}

/** What was typed, in the fields of the contract. */
export function typedBindings(draft: BindingDraft): Bindings {
  return {
    ipAllow: listOf(draft.ipAllow),
    originAllow: listOf(draft.originAllow),
    userAgentAllow: listOf(draft.userAgentAllow),
    serviceAllow: draft.serviceAllow,
    timeAllow: draft.timeAllow.map(({ days, from, to, timeZone }) => ({
      days: days.toSorted((a, b) => a - b),
      from: from.trim(),
      to: to.trim(),
      timeZone,
    })),
    bindingMode: draft.bindingMode,
  };
}

/** Is nothing set but addresses and origins? Then the form need not show more. */
export function isPlainBinding(draft: BindingDraft): boolean {
  return (
    draft.userAgentAllow.trim() === '' &&
    draft.serviceAllow.length === 0 &&
    draft.timeAllow.length === 0 &&
    draft.bindingMode === 'enforce'
  );
}

/** Does the key demand anything of where, by what or when it is used? */
export function isBound(bindings: Bindings): boolean {
  const { ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow } = bindings;
  return [ipAllow, originAllow, userAgentAllow, serviceAllow, timeAllow].some((list) => list.length > 0);
}

/** Entries of a list that is typed one a line or with commas. */
export function listOf(text: string): readonly string[] {
  return text
    .split(/[\n,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What the fields of bindings get. */
export interface BindingFieldsProps {
  readonly draft: BindingDraft;
  readonly onChange: (part: Partial<BindingDraft>) => void;
  /** What is wrong with a field of the contract, for example `timeAllow.0.from`. */
  readonly errorOf: (path: string) => string | undefined;
  /** Id of the control of a field of the contract. */
  readonly idOf: (path: string) => string;
}
