import type { CallInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { usePages, useRead, type ReadOptions } from './read.ts';

// The request log, usage and the replay of both.

/** Request log page by page, newest first. */
export const useRequests = (input: Omit<CallInput<'requests.list'>, 'cursor'>, options?: ReadOptions) =>
  usePages('requests.list', input, options);
/** One row of the request log. */
export const useRequest = (input: CallInput<'requests.get'>, options?: ReadOptions) =>
  useRead('requests.get', input, options);
/** Facets and histogram of the rows that a filter finds. */
export const useRequestSurvey = (input: CallInput<'requests.survey'>, options?: ReadOptions) =>
  useRead('requests.survey', input, options);
/** What the same key or caller did before and after a request. */
export const useRequestContext = (input: CallInput<'requests.context'>, options?: ReadOptions) =>
  useRead('requests.context', input, options);
/** Counts per bucket. */
export const useUsageSeries = (input: CallInput<'usage.series'>, options?: ReadOptions) =>
  useRead('usage.series', input, options);
/** Totals, top lists and callers of a range. */
export const useUsageSummary = (input: CallInput<'usage.summary'>, options?: ReadOptions) =>
  useRead('usage.summary', input, options);
/** 24-hour sparklines of several keys. */
export const useUsageByKey = (input: CallInput<'usage.byKey'>, options?: ReadOptions) =>
  useRead('usage.byKey', input, options);
/** How well verification does against its targets, and which keys fail. */
export const useHealth = (input: CallInput<'usage.health'>, options?: ReadOptions) =>
  useRead('usage.health', input, options);
/** When the quota of a key will be reached. */
export const useForecast = (input: CallInput<'usage.forecast'>, options?: ReadOptions) =>
  useRead('usage.forecast', input, options);
/** Who still uses the retiring secret. */
export const useRotationUsage = (input: CallInput<'usage.rotation'>, options?: ReadOptions) =>
  useRead('usage.rotation', input, options);
/** Keys that made far more requests than they usually do, newest first. */
export const useSpikes = (input: CallInput<'usage.spikes'> = {}, options?: ReadOptions) =>
  useRead('usage.spikes', input, options);
/** How each secret of a key was used. */
export const useSecretUses = (keyId: KeyId) => useRead('usage.bySecret', { keyId });
/** What a replay found; it does not change. */
export const useReplayResult = (input: CallInput<'replay.result'>, options?: ReadOptions) =>
  useRead('replay.result', input, { staleMs: Number.POSITIVE_INFINITY, ...options });
/** What the traffic of a key says about its policy; as of the look. */
export const useReplaySuggestions = (input: CallInput<'replay.suggest'>, options?: ReadOptions) =>
  useRead('replay.suggest', input, options);
