import type { ActionId } from '#contract/actions.ts';
import { usePageActions } from './use-page-actions.ts';

const RANGE_ACTIONS = [
  'range.hour',
  'range.day',
  'range.week',
  'range.month',
] as const satisfies readonly ActionId[];

/** Offers the time ranges of a page as the keys 1 to 4: an hour, a day, a week, a month, in this order; a page may have fewer. */
export function useRangeActions<Range extends string>(
  ranges: readonly Range[],
  onChoose: (range: Range) => void,
): void {
  usePageActions(
    RANGE_ACTIONS.flatMap((id, index) => {
      const range = ranges[index];
      return range === undefined ? [] : [{ id, run: () => onChoose(range) }];
    }),
  );
}
