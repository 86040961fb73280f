import { setTimeout as wait } from 'node:timers/promises';
import { createClock } from '#main/platform/clock.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { openRequestsReader, type RequestsReader, WAL_BYTES_MAX } from '#main/sqlite/requests-database.ts';
import { answerQuery, type LongAnswers } from './answer-query.ts';
import { isDamage, walBytes } from './open-log.ts';
import type { ReadMessage } from './beside-messages.ts';
import type { FromWorker, Question, ToWorker } from './requests-messages.ts';
import { RequestsStore } from './requests-store.ts';
import { type QuestionParts, RunningQuestions } from './running-questions.ts';

/** While the log's file beside the main one is larger than it is cut to, nobody reads for so long at a time: between two turns the log's
 *  thread can begin it anew, which it cannot while anybody reads what is in it. */
const LET_CUT_MS = 250;
/** How often in a row at most: a long transaction of the log is no reason to stand still. */
const LET_CUT_TIMES = 4;
const REST_MS_MAX = 50;

interface Opened {
  readonly file: string;
  readonly reader: RequestsReader;
  readonly store: RequestsStore;
}

/** Answers long questions beside the log, in turns of some ms. Within a turn the file is read as it was at its beginning; after it the
 *  log's thread may have written, folded or removed something, as between two turns of a question on that thread itself. */
export class ReaderWorker {
  readonly #post: (message: FromWorker) => void;
  readonly #long: LongAnswers;
  readonly #questions: RunningQuestions;
  /** Does the system let others go first? Where it does not, this thread rests as long as it works. */
  readonly #isLast: boolean;
  readonly #monotonicMs = createClock().monotonicMs;
  #opened: Opened | null = null;
  #turnMs = 0;

  constructor(post: (message: FromWorker) => void, long: LongAnswers, isLast: boolean) {
    this.#post = post;
    this.#long = long;
    this.#isLast = isLast;
    this.#questions = new RunningQuestions(post);
  }

  /** Never throws: a file that cannot be read here is told. */
  open({ file }: ReadMessage): void {
    let reader: RequestsReader | null = null;
    try {
      reader = openRequestsReader(file);
      this.#opened = { file, reader, store: RequestsStore.beside(reader.db) };
    } catch (error) {
      reader?.db.close();
      this.#post({ kind: 'unable', why: errorCode(error) || String(error) });
    }
  }

  handle(message: ToWorker): void {
    if (message.kind === 'query') this.#answer(message.id, message.question, message.nowMs);
    else if (message.kind === 'stop') this.#questions.stop(message.searchId);
    else if (message.kind === 'cancel') this.#questions.cancel(message.id);
  }

  #answer(id: number, question: Question, nowMs: number): void {
    const opened = this.#opened;
    // It was told; whoever asked asks the log.
    if (opened === null) return;
    const answer = async (parts: QuestionParts): Promise<unknown> => {
      if (isOfLog(question)) throw new Error(`Only the log itself answers ${question.name}.`);
      this.#begin(opened);
      // Keys that were used for the first time since the last question.
      opened.store.forgetNames();
      const sources = {
        ...parts,
        store: opened.store,
        nowMs,
        walBytes: () => walBytes(opened.file),
        pause: () => this.#pause(opened),
      };
      try {
        return await answerQuery(sources, question, this.#long);
      } finally {
        this.#end(opened);
      }
    };
    void this.#questions.run(id, answer, (error) => {
      if (isDamage(error)) this.#post({ kind: 'unreadable', why: errorCode(error) });
    });
  }

  async #pause(opened: Opened): Promise<void> {
    this.#end(opened);
    if (this.#isLast) await wait(0);
    else await wait(Math.min(REST_MS_MAX, this.#monotonicMs() - this.#turnMs));
    for (let times = 0; times < LET_CUT_TIMES && walBytes(opened.file) > WAL_BYTES_MAX; times += 1) {
      await wait(LET_CUT_MS);
    }
    this.#begin(opened);
  }

  #begin({ reader, store }: Opened): void {
    if (reader.holds()) return;
    this.#turnMs = this.#monotonicMs();
    reader.hold();
    store.readAgain();
  }

  #end({ reader }: Opened): void {
    if (reader.holds()) reader.release();
  }
}

/** What the log's thread answers without the parts for people's questions. */
function isOfLog(
  question: Question,
): question is Extract<Question, { readonly name: 'stats' | 'spikes.look' | 'spikes.list' | 'log.settled' }> {
  return ['stats', 'spikes.look', 'spikes.list', 'log.settled'].includes(question.name);
}
