import type { ApplicationId } from '#contract/ids.ts';
import { useOwnerPeople } from '#renderer/api/handoff-queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import styles from './partners.module.css';

interface NetworkOfferProps {
  readonly applicationId: ApplicationId;
  /** What stands in the field of allowed addresses. */
  readonly ipAllow: string;
  readonly onTake: (ipAllow: string) => void;
}

/** Offers the networks of an application's owner as the addresses that a key is bound to; nothing where there are none. */
export function NetworkOffer({ applicationId, ipAllow, onTake }: NetworkOfferProps) {
  const { data } = useOwnerPeople({ owner: { kind: 'application', applicationId } });
  if (data === undefined || ipAllow.trim() !== '') return null;
  const networks = data.networks.length > 0 ? data.networks : data.inheritedNetworks;
  if (networks.length === 0) return null;
  return (
    <div className={styles.line}>
      <Button onClick={() => onTake(networks.join('\n'))}>Allow the owner’s networks only</Button>
      <code className={styles.quiet}>{networks.join(', ')}</code>
    </div>
  );
}
