import type { RequestsStateQueries } from '#main/sqlite/requests-state-queries.ts';

const FACT = {
  foldedId: 'folded_id',
  foldingId: 'folding_id',
  foldedPrincipal: 'folded_principal',
} as const;

/** How far the roll-ups of the file reach: every row below one id is counted there. While a fold is under way, rows below a second id
 *  are counted for the principals up to one. Kept in the file in the transaction of what it says. */
export class FoldState {
  readonly #state: RequestsStateQueries;
  #foldedId = 0;
  #foldingId = 0;
  #foldedPrincipal = 0;

  constructor(state: RequestsStateQueries) {
    this.#state = state;
    this.read();
  }

  /** Reads it again, after a transaction that changed it, whether it succeeded or failed. */
  read(): void {
    this.#foldedId = this.#state.number(FACT.foldedId);
    this.#foldingId = this.#state.number(FACT.foldingId);
    this.#foldedPrincipal = this.#state.number(FACT.foldedPrincipal);
  }

  /** Every row below this is counted in the file. */
  get foldedId(): number {
    return this.#foldedId;
  }

  /** Was nothing ever folded? */
  get isEmpty(): boolean {
    return this.#foldedId === 0 && this.#foldingId === 0;
  }

  /** Has a fold begun that has not ended? */
  get isUnderWay(): boolean {
    return this.#foldingId > 0;
  }

  /** Does the file count the row for this principal? */
  isFolded(rowId: number, principalId: number): boolean {
    return rowId < this.#foldedId || (rowId < this.#foldingId && principalId <= this.#foldedPrincipal);
  }

  /** Is the row part of the fold that is under way? */
  isBeingFolded(rowId: number): boolean {
    return rowId < this.#foldingId;
  }

  /** Starts a fold of all rows below an id. */
  start(belowId: number): void {
    this.#state.set(FACT.foldingId, belowId);
    this.#state.set(FACT.foldedPrincipal, 0);
  }

  /** Every principal up to this one is folded. */
  reached(principalId: number): void {
    this.#state.set(FACT.foldedPrincipal, principalId);
  }

  /** All are. */
  finish(): void {
    this.#state.set(FACT.foldedId, this.#foldingId);
    this.#state.set(FACT.foldingId, 0);
    this.#state.set(FACT.foldedPrincipal, 0);
  }
}
