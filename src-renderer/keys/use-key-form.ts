import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import type { TemplateId } from '#contract/ids.ts';
import type { CreateKeyInput } from '#contract/key-policy.ts';
import { useCreateKey, useCreateKeyFromTemplate } from '#renderer/api/commands.ts';
import { useTemplates } from '#renderer/api/queries.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { newIdempotencyKey } from './idempotency.ts';
import { problemAt, readDraft, type KeyDraft } from './key-draft.ts';
import { isAsTemplate } from './key-template.ts';
import type { FormProblem } from './policy-fields.ts';

/** Sending the draft: problems at their fields, and one key however often it is sent. After the first try, problems go as they
 *  are mended; those that only the server can see stay until the next try. */
export function useKeyForm(draft: KeyDraft) {
  const create = useCreateKey();
  const createOfTemplate = useCreateKeyFromTemplate();
  const templates = useTemplates().data?.items ?? [];
  const template = templates.find(({ id }) => id === draft.templateId);
  const now = useNow(60_000);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [refused, setRefused] = useState<readonly FormProblem[]>([]);
  const [attempt, setAttempt] = useState(0);
  const read = readDraft(draft, now);
  const own = attempt === 0 || read.ok ? [] : read.problems;
  return {
    problems: own.length > 0 ? own : refused,
    attempt,
    error: create.error ?? createOfTemplate.error,
    isRunning: create.isRunning || createOfTemplate.isRunning,
    create: async () => {
      setAttempt((before) => before + 1);
      setRefused([]);
      const latest = readDraft(draft, nowMs());
      if (!latest.ok) return null;
      const { input } = latest;
      // Untouched, the template decides: so may issuers use what only admins may write.
      const outcome =
        template !== undefined && isAsTemplate(draft, template)
          ? await createOfTemplate.run({ ...ofTemplate(input, template.id), idempotencyKey })
          : await create.run({ ...input, idempotencyKey });
      if (outcome.ok) return outcome.data;
      setRefused(outcome.error.fields.map(({ path, message }) => problemAt(path, message)));
      return null;
    },
  };
}

function ofTemplate(
  { applicationId, name, environment, expiresAt, tags, note }: CreateKeyInput,
  templateId: TemplateId,
): CallInput<'keys.createFromTemplate'> {
  return {
    templateId,
    ...{ applicationId, name, environment, tags, note },
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}
