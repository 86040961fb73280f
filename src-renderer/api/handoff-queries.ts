import type { CallInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { usePages, useRead, type ReadOptions } from './read.ts';

// Handoffs, and the people that a secret can be handed to.

/** Handoffs page by page, newest first. */
export const useHandoffs = (input: Omit<CallInput<'handoffs.list'>, 'cursor'>, options?: ReadOptions) =>
  usePages('handoffs.list', input, options);
/** How many handoffs there are, and how many somebody should look at. */
export const useHandoffCounts = () => useRead('handoffs.list', { limit: 1 }, { keepsPrevious: true });
/** The newest handoffs that somebody should look at, of one key or of all. */
export const useHandoffQuestions = (filter: { readonly keyId?: KeyId }) =>
  useRead('handoffs.list', { filter: { ...filter, needsAttention: true }, limit: 5 });
/** The last handoff of a key. */
export const useNewestHandoff = (keyId: string, options?: ReadOptions) =>
  useRead('handoffs.list', { filter: { keyId }, limit: 1 }, options);
/** One handoff with what happened to it. */
export const useHandoff = (input: CallInput<'handoffs.get'>, options?: ReadOptions) =>
  useRead('handoffs.get', input, options);
/** Contacts and networks of a partner or an application. */
export const useOwnerPeople = (input: CallInput<'owners.get'>) => useRead('owners.get', input);
/** Whether due rotations are handed to the contact by themselves. */
export const useRotationHandoff = (input: CallInput<'rotations.handoff'>) =>
  useRead('rotations.handoff', input);
/** Can contacts be written to by mail? */
export const useMailState = () => useRead('notices.mailState', {});
/** Which channels of a handoff can be used now. */
export const useHandoffChannels = () => useRead('handoffs.channels', {});
