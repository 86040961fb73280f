import { replayDraft, type ReplayDraft } from '#contract/replay.ts';

const FIELDS = new Set<string>(Object.keys(replayDraft.unwrap().shape));

/** The part of a change of a key or template that past requests can be held against. Throws ZodError when the change is not one. */
export function replayDraftOf(changes: object): ReplayDraft {
  return replayDraft.parse(
    Object.fromEntries(
      Object.entries(changes).filter(([name, value]) => FIELDS.has(name) && value !== undefined),
    ),
  );
}
