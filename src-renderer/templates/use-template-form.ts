import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import { updateTemplateInput, type CreateTemplateInput, type Template } from '#contract/templates.ts';
import { useCreateTemplate, useUpdateTemplate } from '#renderer/api/commands.ts';
import type { FormProblem } from '#renderer/keys/policy-fields.ts';
import {
  draftOfTemplate,
  readTemplateDraft,
  templateFieldId,
  templateProblem,
  type TemplateDraft,
} from './template-draft.ts';

/** A draft of a template, its problems, and saving it: a new one, or `template` with what was changed. */
export function useTemplateForm(start: TemplateDraft, template: Template | null) {
  const [draft, setDraft] = useState(start);
  const [attempt, setAttempt] = useState(0);
  const [refused, setRefused] = useState<readonly FormProblem[]>([]);
  const create = useCreateTemplate();
  const update = useUpdateTemplate();
  const read = readTemplateDraft(draft);
  const own = attempt === 0 || read.ok ? [] : read.problems;
  const problems = own.length > 0 ? own : refused;
  const isChanged = JSON.stringify(draft) !== JSON.stringify(start);
  return {
    draft,
    change: (part: Partial<TemplateDraft>) => setDraft((before) => ({ ...before, ...part })),
    isChanged,
    /** The template as it would be saved; null while something is wrong. */
    input: read.ok ? read.input : null,
    problems,
    attempt,
    errorOf: (path: string) => problems.find(({ fieldId }) => fieldId === templateFieldId(path))?.message,
    error: problems.length === 0 ? (template === null ? create.error : update.error) : null,
    isRunning: create.isRunning || update.isRunning,
    /** The saved template, or null where something keeps it from being saved. */
    save: async (): Promise<Template | null> => {
      setAttempt((before) => before + 1);
      setRefused([]);
      if (!read.ok) return null;
      const outcome =
        template === null ? await create.run(read.input) : await update.run(changesOf(read.input, template));
      if (outcome.ok) return outcome.data;
      setRefused(outcome.error.fields.map(({ path, message }) => templateProblem(path, message)));
      return null;
    },
  };
}

/** Only what differs: a change that somebody else made meanwhile to another field stays. */
function changesOf(input: CreateTemplateInput, template: Template): CallInput<'templates.update'> {
  const read = readTemplateDraft(draftOfTemplate(template));
  const before = new Map<string, unknown>(read.ok ? Object.entries(read.input) : []);
  const changed = Object.entries(input).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before.get(name)),
  );
  return updateTemplateInput.parse({ ...Object.fromEntries(changed), templateId: template.id });
}
