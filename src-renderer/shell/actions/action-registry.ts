import type { ActionId } from '#contract/actions.ts';

/** An action that something on screen can do now. */
export interface OfferedAction {
  readonly id: ActionId;
  readonly run: () => void;
  /** Why it is not possible now: shown beside it instead of running. */
  readonly disabledReason?: string | undefined;
  /** What it would act on: "Data feed production". */
  readonly detail?: string | undefined;
  /** It acts on what has the focus, and wins over what a panel beside it offers. */
  readonly isOfFocus?: boolean;
}

/** The actions that the parts of the screen offer at this moment. Of two offers of one action that of the focus wins, else the later
 *  part; the other one is there again when that part has gone. */
export class ActionRegistry {
  readonly #offers = new Map<string, readonly OfferedAction[]>();

  /** A part offers these, in place of what it offered before. */
  offer(part: string, actions: readonly OfferedAction[]): void {
    this.#offers.set(part, actions);
  }

  /** A part has left the screen. */
  withdraw(part: string): void {
    this.#offers.delete(part);
  }

  /** Everything that is offered now, each action once. */
  all(): readonly OfferedAction[] {
    const byId = new Map<ActionId, OfferedAction>();
    for (const actions of this.#offers.values()) {
      for (const action of actions) {
        if (action.isOfFocus === true || byId.get(action.id)?.isOfFocus !== true) byId.set(action.id, action);
      }
    }
    return [...byId.values()];
  }

  /** The offer of an action; undefined when nothing on screen can do it. */
  find(id: ActionId): OfferedAction | undefined {
    return this.all().find((action) => action.id === id);
  }
}
