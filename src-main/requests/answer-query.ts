import type { Output } from '#contract/contract.ts';
import type { RequestFilter } from '#contract/requests.ts';
import type { Pause } from './each-stretch.ts';
import { compactLog, logRoom } from './compact-log.ts';
import { endpointCounts } from './endpoint-counts.ts';
import { exportFile, exportRequests } from './export-requests.ts';
import { forgetService } from './forget-service.ts';
import { grantedRequests } from './granted-requests.ts';
import { listNotices } from './list-notices.ts';
import { keyHabits, unreadRows } from './key-habits.ts';
import { keysFailing } from './keys-failing.ts';
import { getRequest, listRequests } from './list-requests.ts';
import { withQueryTimes } from './query-tests.ts';
import { observedPaths } from './observed-paths.ts';
import { previewRetention } from './preview-retention.ts';
import type { EndpointCounts, Question, RequestsQueries, RequestsQueryName } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { requestContext } from './request-context.ts';
import type { RunningSearches } from './search-budget.ts';
import { surveyRequests } from './survey-requests.ts';
import { tailRequests } from './tail-requests.ts';
import { usageByApplication } from './usage-by-application.ts';
import { usageByKey } from './usage-by-key.ts';
import { usageBySecret } from './usage-by-secret.ts';
import { usageGroups } from './usage-groups.ts';
import { usageHealth } from './usage-health.ts';
import { usageRotation } from './usage-rotation.ts';
import { usageSeries } from './usage-series.ts';
import { usageSummary } from './usage-summary.ts';

/** What questions are answered from. `pause` lets waiting batches be written in the middle of a long answer. */
export interface AnswerSources {
  readonly store: RequestsStore;
  readonly nowMs: number;
  readonly walBytes: () => number;
  readonly pause: Pause;
  readonly searches: RunningSearches;
  /** Aborted when nobody wants the answer any more; long questions look at it after each pause. */
  readonly signal: AbortSignal;
  /** Tells how far a long question is. */
  readonly tell: (done: number, total: number | null) => void;
}

/** Questions that are answered by parts beside the log: two decide as the verifier does, one is about the key store. */
export interface LongAnswers {
  readonly 'replay.run': Answer<'replay.run'>;
  readonly 'replay.suggest': Answer<'replay.suggest'>;
  readonly 'store.inspect': Answer<'store.inspect'>;
}

type Answer<Name extends RequestsQueryName> = (
  sources: AnswerSources,
  input: RequestsQueries[Name]['input'],
) => Promise<RequestsQueries[Name]['output']>;

/** How long a survey counts unless told. */
const SURVEY_MS = 400;
/** How long a search may go on that people did not ask for by name: what it has then is its answer. */
const SIDE_SEARCH_MS = 1_000;

/** Answers one of people's questions. Throws AppError where the question is refused. */
export async function answerQuery(
  sources: AnswerSources,
  question: Exclude<Question, { readonly name: 'stats' | 'spikes.look' | 'spikes.list' | 'log.settled' }>,
  long: LongAnswers,
): Promise<RequestsQueries[RequestsQueryName]['output']> {
  const { store, nowMs, walBytes, pause, searches } = sources;
  switch (question.name) {
    case 'requests.list':
      return searches.run(question.input, (budget) =>
        listRequests(store, atTimes(question.input, nowMs), pause, budget),
      );
    case 'requests.exportFile':
      return exportFile(sources, question.input);
    case 'requests.survey':
      return searches.run({ budgetMs: SURVEY_MS, ...question.input }, (budget) =>
        surveyRequests(store, atTimes(question.input, nowMs), { nowMs, pause, budget }),
      );
    case 'endpoints.counts':
    case 'endpoints.observed':
      return aboutEndpoints(sources, question);
    case 'requests.tail':
    case 'requests.context':
    case 'usage.bySecret':
      return beside(sources, question);
    case 'requests.get':
      return getRequest(store, question.input, pause);
    case 'requests.granted':
      return grantedRequests(store, question.input, pause);
    case 'requests.export':
      return exportRequests(store, atTimes(question.input, nowMs), nowMs, pause);
    case 'usage.series':
    case 'usage.summary':
    case 'usage.byKey':
    case 'usage.groups':
    case 'usage.applications':
    case 'usage.health':
    case 'usage.rotation':
      return aboutUse(sources, question);
    case 'notices.list':
      return listNotices(store, question.input);
    case 'keys.failing':
      return keysFailing(store, question.input.errorRateMin, nowMs, pause);
    case 'keys.habits':
    case 'habits.unread':
      return question.name === 'keys.habits' ? keyHabits(store, nowMs, pause) : unreadRows(store, nowMs);
    case 'settings.previewRetention':
      return previewRetention(store, question.input, store.db.fileSize().bytes + walBytes(), nowMs);
    case 'replay.run':
      return long['replay.run'](sources, question.input);
    case 'replay.suggest':
      return long['replay.suggest'](sources, question.input);
    case 'store.inspect':
      return long['store.inspect'](sources, question.input);
    case 'log.room':
    case 'log.compact':
      return question.name === 'log.room' ? logRoom(store) : compactLog(sources);
    case 'log.forget':
      return forgetService(store, question.input, pause);
  }
}

/** What its callers did with a key, or all of them. */
async function aboutUse(
  { store, nowMs, pause }: AnswerSources,
  question: Extract<Question, { readonly name: UsageQueryName }>,
): Promise<RequestsQueries[UsageQueryName]['output']> {
  switch (question.name) {
    case 'usage.series':
      return usageSeries(store, question.input);
    case 'usage.summary':
      return usageSummary(store, question.input, nowMs, pause);
    case 'usage.byKey':
      return usageByKey(store, question.input, nowMs);
    case 'usage.groups':
      return usageGroups(store, question.input, nowMs, pause);
    case 'usage.applications':
      return usageByApplication(store, question.input, nowMs, pause);
    case 'usage.health':
      return usageHealth(store, question.input, nowMs, pause);
    case 'usage.rotation':
      return usageRotation(store, question.input, nowMs, pause);
  }
}

type UsageQueryName =
  | 'usage.series'
  | 'usage.summary'
  | 'usage.byKey'
  | 'usage.groups'
  | 'usage.applications'
  | 'usage.health'
  | 'usage.rotation';

function aboutEndpoints(
  { store, nowMs, pause, searches }: AnswerSources,
  { name, input }: Extract<Question, { readonly name: 'endpoints.counts' | 'endpoints.observed' }>,
) {
  return searches.run<EndpointCounts | Output<'endpoints.observed'>>({ budgetMs: SIDE_SEARCH_MS }, (budget) =>
    (name === 'endpoints.counts' ? endpointCounts : observedPaths)(store, input, { nowMs, pause, budget }),
  );
}

/** What is asked beside a page and need not be whole. */
function beside(
  { store, nowMs, pause, searches }: AnswerSources,
  question: Extract<Question, { readonly name: 'requests.tail' | 'requests.context' | 'usage.bySecret' }>,
): Promise<RequestsQueries[(typeof question)['name']]['output']> {
  return searches.run({ budgetMs: SIDE_SEARCH_MS }, async (budget) => {
    switch (question.name) {
      case 'requests.tail':
        return tailRequests(store, atTimes(question.input, nowMs), pause, budget);
      case 'requests.context':
        return requestContext(store, question.input, pause, budget);
      case 'usage.bySecret':
        return usageBySecret(store, question.input, { nowMs, pause, budget });
    }
  });
}

/** The same question with the times of its query as moments. */
function atTimes<Input extends { readonly filter: RequestFilter }>(input: Input, nowMs: number): Input {
  return { ...input, filter: withQueryTimes(input.filter, nowMs) };
}
