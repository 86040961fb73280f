import type { RequestFilter } from '#contract/requests.ts';
import type { Pause } from './each-stretch.ts';
import { exportRequests } from './export-requests.ts';
import { listNotices } from './list-notices.ts';
import { getRequest, listRequests } from './list-requests.ts';
import { withQueryTimes } from './query-tests.ts';
import { previewRetention } from './preview-retention.ts';
import type { Question, RequestsQueries, RequestsQueryName } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { usageByKey } from './usage-by-key.ts';
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
}

/** Answers one question. Throws AppError where the question is refused. */
export async function answerQuery(
  { store, nowMs, walBytes, pause }: AnswerSources,
  question: Question,
): Promise<RequestsQueries[RequestsQueryName]['output']> {
  switch (question.name) {
    case 'requests.list':
      return listRequests(store, atTimes(question.input, nowMs), pause);
    case 'requests.get':
      return getRequest(store, question.input, pause);
    case 'requests.export':
      return exportRequests(store, atTimes(question.input, nowMs), nowMs, pause);
    case 'usage.series':
      return usageSeries(store, question.input);
    case 'usage.summary':
      return usageSummary(store, question.input, nowMs, pause);
    case 'usage.byKey':
      return usageByKey(store, question.input, nowMs);
    case 'notices.list':
      return listNotices(store, question.input);
    case 'usage.health':
      return usageHealth(store, question.input, nowMs, pause);
    case 'usage.rotation':
      return usageRotation(store, question.input, nowMs, pause);
    case 'settings.previewRetention':
      return previewRetention(store, question.input, store.db.fileSize().bytes + walBytes(), nowMs);
    case 'stats':
      return store.stats(walBytes());
  }
}

/** The same question with the times of its query as moments. */
function atTimes<Input extends { readonly filter: RequestFilter }>(input: Input, nowMs: number): Input {
  return { ...input, filter: withQueryTimes(input.filter, nowMs) };
}
