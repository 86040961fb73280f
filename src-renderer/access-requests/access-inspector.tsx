import type { AccessRequest, AccessRequestDetail } from '#contract/access-requests.ts';
import type { AccessRequestId } from '#contract/ids.ts';
import { useAccessRequest } from '#renderer/api/access-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Inspector } from '#renderer/ui/inspector.tsx';
import { SkeletonLines } from '#renderer/ui/states.tsx';
import { AccessStateChip } from './access-columns.tsx';
import { AccessDetail } from './access-detail.tsx';
import { isUndecided, waitsForContact } from './access-words.ts';
import type { AccessTask } from './use-access-tasks.tsx';

interface AccessInspectorProps {
  readonly request: AccessRequest;
  readonly onClose: () => void;
  readonly onTask: (task: AccessTask, request: AccessRequestDetail) => void;
  readonly onShow: (id: AccessRequestId) => void;
}

/** One request: what is asked for, what speaks for and against it, and what can be done. */
export function AccessInspector({ request, onClose, onTask, onShow }: AccessInspectorProps) {
  const query = useAccessRequest({ accessRequestId: request.id });
  const shown = query.data ?? request;
  return (
    <Inspector
      label={`Request of ${shown.application}`}
      heading={
        <>
          <h2>{shown.application}</h2>
          <AccessStateChip request={shown} />
        </>
      }
      onClose={onClose}
      actions={<Actions request={query.data} onTask={onTask} />}
    >
      <AsyncRegion query={query} subject="The request" skeleton={<SkeletonLines lines={8} />}>
        {(whole) => <AccessDetail request={whole} onShow={onShow} />}
      </AsyncRegion>
    </Inspector>
  );
}

interface ActionsProps {
  readonly request: AccessRequestDetail | undefined;
  readonly onTask: AccessInspectorProps['onTask'];
}

function Actions({ request, onTask }: ActionsProps) {
  const forbidden = useForbidden();
  if (request === undefined) return null;
  const wantsMore = request.keyId !== null;
  const start = (task: AccessTask) => () => onTask(task, request);
  return (
    <>
      {isUndecided(request) && (
        <>
          <Button
            variant="primary"
            onClick={start('approve')}
            disabledReason={forbidden('accessRequests.approve')}
          >
            {wantsMore ? 'Approve an extra key…' : 'Approve…'}
          </Button>
          {wantsMore && (
            <Button onClick={start('raise')} disabledReason={forbidden('accessRequests.raise')}>
              Raise limits…
            </Button>
          )}
          {request.state === 'open' && (
            <Button onClick={start('ask')} disabledReason={forbidden('accessRequests.ask')}>
              Ask back…
            </Button>
          )}
          {request.similar.length > 0 && (
            <Button onClick={start('merge')} disabledReason={forbidden('accessRequests.merge')}>
              Merge…
            </Button>
          )}
          <Button onClick={start('reject')} disabledReason={forbidden('accessRequests.reject')}>
            Reject…
          </Button>
        </>
      )}
      {request.state === 'merged' && (
        <Button onClick={start('unmerge')} disabledReason={forbidden('accessRequests.unmerge')}>
          Open again
        </Button>
      )}
      {waitsForContact(request) && (
        <>
          <Button onClick={start('code')} disabledReason={forbidden('accessRequests.makeCode')}>
            New code…
          </Button>
          <Button onClick={start('confirm')} disabledReason={forbidden('accessRequests.confirmContact')}>
            Confirm contact…
          </Button>
        </>
      )}
    </>
  );
}
