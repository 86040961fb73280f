import type { ActionId } from '#contract/actions.ts';

/** One line that can be chosen. */
export interface PaletteEntry {
  /** Stays the same over time: recent choices are remembered by it. No spaces. */
  readonly id: string;
  readonly label: string;
  readonly words?: string | undefined;
  readonly detail?: string | undefined;
  /** Its shortcut stands beside it. */
  readonly action?: ActionId | undefined;
  readonly disabledReason?: string | undefined;
  readonly run: () => void;
}

/** A heading with lines below it. */
export interface PaletteGroup {
  readonly title: string;
  readonly entries: readonly PaletteEntry[];
  /** Said below the lines: why some are missing. */
  readonly note?: string | undefined;
}
