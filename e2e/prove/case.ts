import type { Program, SourceFault } from './program.ts';

/** What a check found out. */
export interface Figure {
  /** In words, with the numbers: "0 lost of 4,211 acknowledged, 200 kills". */
  readonly reached: string;
  readonly holds: boolean;
}

/** The same check with a planted fault: it must not hold. */
export interface Control {
  /** "acknowledged before the commit" */
  readonly fault: string;
  readonly run: (work: Workbench) => Promise<Figure>;
}

/** A promise of the product with what proves it. */
export interface ProveCase {
  /** "A1"; unique. */
  readonly id: string;
  readonly promise: string;
  readonly target: string;
  /** T2 runs only with --all. */
  readonly tier: 'T1' | 'T2';
  /** It waits more than it computes, and measures no times: it may run beside another such one. */
  readonly isBeside?: boolean;
  readonly figure: (work: Workbench) => Promise<Figure>;
  /** At least one, but for promises without: then why. */
  readonly controls: readonly Control[];
  readonly whyNoControl?: string;
}

/** What a figure or a control works with. */
export interface Workbench {
  /** An empty directory; removed afterwards. */
  readonly directory: string;
  /** The program as built. */
  readonly program: Program;
  /** A copy of the sources in which something is wrong. Throws when a text to replace is not found. */
  readonly patched: (faults: readonly SourceFault[]) => Program;
  /** How often to do something: `full`, more with --all where `all` says so, few with --quick. */
  readonly count: (full: number, all?: number) => number;
  /** Ends what was started; called last come first, also after an error. */
  readonly onEnd: (end: () => unknown) => void;
}
