import { ACTION_IDS, actionSpec, type ActionId, type ActionMenu } from './actions.ts';

/** One line of a menu. */
export interface MenuLine {
  readonly action: ActionId;
  readonly label: string;
  readonly accelerator?: string;
  /** A line is drawn before it: what it belongs to differs from the line above. */
  readonly beginsGroup: boolean;
}

/** The actions of one menu, in the order of the catalogue; those of one subject stand together. */
export function menuLines(menu: ActionMenu): readonly MenuLine[] {
  const ids = ACTION_IDS.filter((id) => actionSpec(id).menu === menu);
  const subjectOf = (id: ActionId | undefined) => id?.split('.')[0];
  return ids.map((action, index) => {
    const { label, accelerator } = actionSpec(action);
    return {
      action,
      label,
      ...(accelerator === undefined ? {} : { accelerator }),
      beginsGroup: index > 0 && subjectOf(ids[index - 1]) !== subjectOf(action),
    };
  });
}
