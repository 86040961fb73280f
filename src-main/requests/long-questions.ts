import type { TimestampMs } from '#contract/ids.ts';
import { CannotReadBeside, ReaderLink, type ReaderLinkOptions } from './reader-link.ts';
import type { Question, RequestsQueries, RequestsQueryName, ToWorker } from './requests-messages.ts';
import type { LongQuestion } from './waiting-answers.ts';

/** A search goes on in the log's thread for so long: most pages are full by then. */
const SEARCH_MS = 25;
/** So many rows are read in less time than a thread takes to start. */
const FEW_ROWS = 10_000;
/** The same for the habits of keys, which are asked for every quarter of a minute while somebody looks at them. */
const HABIT_ROWS_MAX = 100_000;

/** These read many rows, or work on them for long. The others read counts, some pages, or write. */
const LONG: ReadonlySet<RequestsQueryName> = new Set([
  'requests.export',
  'requests.exportFile',
  'replay.run',
  'replay.suggest',
  'store.inspect',
]);

/** A question's time, and what goes with it when it takes long. */
interface Asking extends LongQuestion {
  readonly nowMs: TimestampMs;
}

type Input<Name extends RequestsQueryName> = RequestsQueries[Name]['input'];
type Output<Name extends RequestsQueryName> = RequestsQueries[Name]['output'];
type Ask = (make: (id: number) => ToWorker, long: LongQuestion) => Promise<unknown>;

/** Decides which thread answers a question: what takes long is read on one of its own, of the lowest priority, so that neither
 *  verifications nor the writing of the log wait for it. */
export class LongQuestions {
  readonly #log: Ask;
  readonly #reader: ReaderLink;
  /** Searches that were stopped while the log's thread had them. */
  readonly #searches = new Map<string, { isStopped: boolean }>();

  /** `askLog` asks the log's thread. */
  constructor(askLog: Ask, reader: ReaderLinkOptions) {
    this.#log = askLog;
    this.#reader = new ReaderLink(reader);
  }

  /** The answer from either thread. Whatever was sent to the log's before is seen. */
  async ask<Name extends RequestsQueryName>(
    name: Name,
    input: Input<Name>,
    asking: Asking,
  ): Promise<Output<Name>> {
    const question = { name, input } as Question;
    const answer =
      question.name === 'requests.list'
        ? this.#search(question.input, asking)
        : (await this.#isLong(name, asking))
          ? this.#askReader(question, asking)
          : this.#askLog(name, input, asking);
    return (await answer) as Output<Name>;
  }

  /** As RunningSearches, on whichever thread it is. */
  stop(searchId: string): void {
    const search = this.#searches.get(searchId);
    if (search !== undefined) search.isStopped = true;
    this.#reader.stop(searchId);
  }

  /** Fails what is asked of the thread for long questions, and ends it. */
  end(): Promise<void> {
    return this.#reader.end();
  }

  /** The same, for good: nothing starts the thread again. */
  close(): Promise<void> {
    return this.#reader.close();
  }

  async #isLong(name: RequestsQueryName, asking: Asking): Promise<boolean> {
    if (name !== 'keys.habits') return LONG.has(name);
    return (await this.#askLog('habits.unread', null, asking)) > HABIT_ROWS_MAX;
  }

  async #askLog<Name extends RequestsQueryName>(
    name: Name,
    input: Input<Name>,
    { nowMs, ...long }: Asking,
  ): Promise<Output<Name>> {
    const question = { name, input } as Question;
    return (await this.#log((id) => ({ kind: 'query', id, nowMs, question }), long)) as Output<Name>;
  }

  async #askReader(question: Question, asking: Asking): Promise<unknown> {
    const { nowMs, ...long } = asking;
    const make = (id: number): ToWorker => ({ kind: 'query', id, nowMs, question });
    // What the journal has is in the file after it.
    const rows = await this.#askLog('log.settled', null, asking);
    if (rows <= FEW_ROWS && question.name !== 'store.inspect') return this.#log(make, long);
    try {
      return await this.#reader.ask(make, long);
    } catch (error) {
      if (error instanceof CannotReadBeside) return this.#log(make, long);
      throw error;
    }
  }

  /** Begins where short searches end, and goes on elsewhere from where it came to. */
  async #search(input: Input<'requests.list'>, asking: Asking): Promise<Output<'requests.list'>> {
    const { searchId, limit, budgetMs = Number.POSITIVE_INFINITY } = input;
    const state = { isStopped: false };
    if (searchId !== undefined) this.#searches.set(searchId, state);
    try {
      const short = { ...input, budgetMs: Math.min(budgetMs, SEARCH_MS) };
      const first = await this.#askLog('requests.list', short, asking);
      const { items, searchedTo, nextCursor: cursor } = first;
      const wanted = limit - items.length;
      const isOver = searchedTo === null || state.isStopped || budgetMs <= SEARCH_MS || wanted <= 0;
      if (isOver || cursor === null) return first;
      const rest = { ...input, ...(Number.isFinite(budgetMs) ? { budgetMs: budgetMs - SEARCH_MS } : {}) };
      const question = { name: 'requests.list', input: { ...rest, cursor, limit: wanted } } as const;
      const second = (await this.#askReader(question, asking)) as Output<'requests.list'>;
      return { ...second, items: [...items, ...second.items] };
    } finally {
      if (searchId !== undefined && this.#searches.get(searchId) === state) this.#searches.delete(searchId);
    }
  }
}
