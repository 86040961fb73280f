import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { Application } from '#contract/partners.ts';
import type { SealedHandoff } from '#contract/sealed.ts';
import type { Template } from '#contract/templates.ts';
import { useBlindIssue, useIssueSealed } from '#renderer/api/commands.ts';
import { useHandoffChannels } from '#renderer/api/handoff-queries.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { draftFields, draftProblem, startDraft, type HandoffDraft } from './handoff-draft.ts';
import { sealOf, type HandoffWay } from './handoff-way.ts';
import { useWayState } from './way-fields.tsx';

/** What was made: link and code, or file and words, which are told this once. */
export type Issued =
  | { readonly kind: 'link'; readonly made: NewHandoff }
  | { readonly kind: 'file'; readonly made: SealedHandoff };

interface IssueFormOptions {
  readonly template: Template | null;
  readonly application: Application | null;
  /** Suggestions for what nobody has typed yet. */
  readonly keyName?: string;
  readonly recipientName?: string;
  /** Begins with a page that opens itself where there can be no link. */
  readonly avoidsBlockedLink?: boolean;
}

/** What is typed to issue a key of a template unseen, and the command; tried again it makes nothing twice. */
export function useIssueForm(options: IssueFormOptions) {
  const { template, application, keyName = '', recipientName = '', avoidsBlockedLink = false } = options;
  const [typedName, setName] = useState<string | null>(null);
  const [environment, setEnvironment] = useState<Environment>('live');
  const [typed, setTyped] = useState<Partial<HandoffDraft>>({});
  const [chosenWay, setWay] = useState<HandoffWay | null>(null);
  const isBlocked = (useHandoffChannels().data?.link.blocked ?? null) !== null;
  const way = chosenWay ?? (avoidsBlockedLink && isBlocked ? 'page' : 'link');
  const state = useWayState(way, application?.partnerId ?? null);
  const issue = useIssue();
  const name = typedName ?? keyName;
  const draft = { ...startDraft(application?.contactEmail ?? ''), recipientName, ...typed };
  /** Answers what was made; null when it was refused, with the reason in `error`. */
  const submit = async (): Promise<Issued | null> => {
    if (template === null || application === null) return null;
    const own = template.environment === null ? { environment } : {};
    const ids = { templateId: template.id, applicationId: application.id };
    return issue.run(way, { ...ids, name, ...own, ...draftFields(draft) });
  };
  return {
    ...{ name, setName, environment, setEnvironment, draft, way, setWay, wayState: state, submit },
    /** Null: the template says where its keys live, or none is chosen. */
    hasEnvironment: template?.environment === null,
    setDraft: (next: HandoffDraft) => setTyped((before) => ({ ...before, ...changesOf(draft, next) })),
    problem: state.problem ?? missing(template, application, name) ?? draftProblem(draft),
    isRunning: issue.isRunning,
    isSealing: issue.isSealing,
    error: issue.error,
  };
}

function useIssue() {
  const issue = useBlindIssue();
  const issueSealed = useIssueSealed();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const run = async (
    way: HandoffWay,
    fields: Omit<CallInput<'handoffs.blindIssue'>, 'idempotencyKey'>,
  ): Promise<Issued | null> => {
    const input = { ...fields, idempotencyKey };
    const seal = sealOf(way);
    if (seal === null) {
      const outcome = await issue.run(input);
      return outcome.ok ? { kind: 'link', made: outcome.data } : null;
    }
    const outcome = await issueSealed.run({ ...input, seal });
    return outcome.ok ? { kind: 'file', made: outcome.data } : null;
  };
  return {
    run,
    isRunning: issue.isRunning || issueSealed.isRunning,
    isSealing: issueSealed.isRunning,
    error: issue.error ?? issueSealed.error,
  };
}

/** What a person has changed; the rest goes on following the suggestions. */
function changesOf(before: HandoffDraft, after: HandoffDraft): Partial<HandoffDraft> {
  return {
    ...(after.recipientName !== before.recipientName && { recipientName: after.recipientName }),
    ...(after.recipientContact !== before.recipientContact && { recipientContact: after.recipientContact }),
    message: after.message,
    note: after.note,
    life: after.life,
    onExpiry: after.onExpiry,
  };
}

function missing(
  template: Template | null,
  application: Application | null,
  name: string,
): string | undefined {
  if (template === null) return 'Choose a template.';
  if (application === null) return 'Choose an application.';
  return name.trim() === '' ? 'Give the key a name.' : undefined;
}
