import type { Endpoint } from '#contract/services.ts';
import { useEndpointUsers } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { EndpointUsers, usersText } from './endpoint-users.tsx';
import styles from './services.module.css';

/** Which keys may call an endpoint, and by which rules. Mounted only while open. */
export function EndpointUsersDialog({
  endpoint,
  onClose,
}: {
  readonly endpoint: Endpoint;
  readonly onClose: () => void;
}) {
  const query = useEndpointUsers({ endpointId: endpoint.id });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Who may call it"
      description={`Keys that are not revoked and have a rule for ${endpoint.method} ${endpoint.path}, of a scope or of their own. Expiry, limits and addresses play no part here.`}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <AsyncRegion query={query} subject="The keys">
        {(data) => (
          <div className={styles.missing}>
            <strong>{usersText(data.keyCount, data.areKeysWhole)}</strong>
            <EndpointUsers {...data} />
          </div>
        )}
      </AsyncRegion>
    </Dialog>
  );
}
