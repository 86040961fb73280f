import type { Figure } from '../figures.ts';

/** What a case of the benchmark is given. */
export interface CaseOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  /** An empty directory of this case; removed afterwards. */
  readonly directory: string;
  /** Install and measure the peers too. */
  readonly withPeers: boolean;
  /** A short run that proves that the benchmark works; its figures mean nothing. */
  readonly isSmoke: boolean;
  readonly say: (text: string) => void;
}

/** Measures what belongs to some targets. Ends what it started. */
export type Case = (options: CaseOptions) => Promise<readonly Figure[]>;
