import type { CallInput } from '#contract/contract.ts';
import { usePages, useRead, type ReadOptions } from './read.ts';

// Requests for a key by people outside.

/** Key requests page by page, newest first. */
export const useAccessRequests = (
  input: Omit<CallInput<'accessRequests.list'>, 'cursor'>,
  options?: ReadOptions,
) => usePages('accessRequests.list', input, options);
/** How many key requests there are and are open, and where people ask. */
export const useAccessCounts = () => useRead('accessRequests.list', { limit: 1 }, { keepsPrevious: true });
/** One key request with what helps to decide it. */
export const useAccessRequest = (input: CallInput<'accessRequests.get'>, options?: ReadOptions) =>
  useRead('accessRequests.get', input, options);
/** What a key with these scopes could call. */
export const useAccessPreview = (input: CallInput<'accessRequests.preview'>) =>
  useRead('accessRequests.preview', input, { keepsPrevious: true });
/** Use of the key that wants more. */
export const useAccessEvidence = (input: CallInput<'accessRequests.evidence'>) =>
  useRead('accessRequests.evidence', input);
/** How people ask for a key. */
export const useAccessSettings = () => useRead('accessRequests.settings', {});
