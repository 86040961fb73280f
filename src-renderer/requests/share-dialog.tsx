import { useState } from 'react';
import type { RequestFilter } from '#contract/requests.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useRequests, useRequestSurvey } from '#renderer/api/traffic-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { viewFileName, viewKeys, viewNote, type SharedView } from './view-note.ts';

/** Rows that are looked through for those that went wrong. */
const ROWS = 500;
/** How long the dialog counts, ms. */
const COUNT_MS = 3_000;

interface ShareDialogProps {
  readonly filter: RequestFilter;
  readonly onClose: () => void;
}

/** What the log shows, as a text for those whose requests they are: to copy, or as a file. */
export function ShareDialog({ filter, onClose }: ShareDialogProps) {
  const [madeAtMs] = useState(nowMs);
  const survey = useRequestSurvey({ filter, buckets: 1, budgetMs: COUNT_MS });
  const log = useRequests({ filter, limit: ROWS });
  const { saveFile } = useDesktop();
  const rows = log.data?.pages[0]?.items;
  const view: SharedView | undefined =
    survey.data === undefined || rows === undefined ? undefined : { rows, survey: survey.data, madeAtMs };
  const { keys, hasUnknown } =
    survey.data === undefined ? { keys: 0, hasUnknown: false } : viewKeys(survey.data);
  return (
    <FormDialog
      title="Share this view"
      description="What became of these requests, why, and what to do: for the people whose requests they are. Neither keys nor addresses are in it."
      size="large"
      submitLabel="Save file"
      isBusy={false}
      disabledReason={view === undefined ? 'The requests are still being counted.' : undefined}
      error={null}
      onSubmit={() => {
        if (view === undefined) return;
        void saveFile(viewFileName(madeAtMs), viewNote(view), 'text/markdown');
        onClose();
      }}
      onClose={onClose}
    >
      {keys + (hasUnknown ? 1 : 0) > 1 && (
        <p role="status">
          {`These are requests with ${counted(keys, 'key')}${hasUnknown ? ', and some without a known one' : ''}. Narrow the view to one before you send it out.`}
        </p>
      )}
      <AsyncRegion
        query={{
          data: view,
          error: survey.error ?? log.error,
          isFetching: survey.isFetching || log.isFetching,
          refetch: () => Promise.all([survey.refetch(), log.refetch()]),
        }}
        subject="The view"
      >
        {(shown) => <CodeBlock code={viewNote(shown)} label="text of the view" />}
      </AsyncRegion>
    </FormDialog>
  );
}
