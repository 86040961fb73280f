import type { HandlerInput, Output } from '#contract/contract.ts';
import { PIVOT_ROWS_MAX, type PivotRow } from '#contract/enrolment.ts';
import type { KeyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { loadKey } from '#main/keys/key-view.ts';
import type { RequestsQueries } from '#main/requests/requests-messages.ts';
import { must } from '#main/platform/must.ts';
import type { StoredEnrolment } from '#main/sqlite/stored-enrolment.ts';
import { viewChild } from './enrolment-view.ts';

/** Children that are looked at, newest first: each has its own roll-ups. */
const CHILDREN_MAX = 2_000;

/** Asks the log. */
type AskGroups = (
  question: RequestsQueries['usage.groups']['input'],
) => Promise<RequestsQueries['usage.groups']['output']>;

interface Group {
  readonly value: string | null;
  /** Newest first. */
  readonly children: StoredEnrolment[];
}

/** Makes enrolment.pivot: the children of a key by version, commit …, and what became of their requests. Groups by their newest
 *  child, newest first. Throws KEY_NOT_FOUND. */
export function createPivotChildren(ask: AskGroups) {
  return async (
    context: UseCaseContext,
    { keyId, by, from, to }: HandlerInput<'enrolment.pivot'>,
  ): Promise<Output<'enrolment.pivot'>> => {
    loadKey(context, keyId);
    const children = childrenOf(context, keyId);
    const groups = new Map<string | null, Group>();
    for (const child of children.slice(0, CHILDREN_MAX)) {
      const value = child[by];
      const group = groups.get(value);
      if (group === undefined) groups.set(value, { value, children: [child] });
      else group.children.push(child);
    }
    const shown = [...groups.values()].slice(0, PIVOT_ROWS_MAX);
    const asked = shown.map((group) => group.children.map((child) => child.keyId));
    const totals = await ask({ groups: asked, from, to });
    return {
      rows: shown.map((group, index) =>
        rowOf(context, group, must(totals[index], 'every group that was asked for is answered')),
      ),
      isCut: groups.size > shown.length || children.length > CHILDREN_MAX,
    };
  };
}

function childrenOf({ db, nowMs }: UseCaseContext, parentId: KeyId): readonly StoredEnrolment[] {
  const newest = { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '' };
  return db.enrolment.children({ parentId, isLive: false, nowMs, ...newest, limit: CHILDREN_MAX + 1 });
}

function rowOf(
  context: UseCaseContext,
  { value, children }: Group,
  totals: RequestsQueries['usage.groups']['output'][number],
): PivotRow {
  const newest = must(children[0], 'a group has a child');
  return {
    value,
    keyId: newest.keyId,
    childCount: children.length,
    liveCount: children.filter((child) => viewChild(context, child).status === 'active').length,
    firstAt: must(children.at(-1), 'a group has a child').createdAtMs,
    ...totals,
  };
}
