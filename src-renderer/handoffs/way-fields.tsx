import { Link } from '@tanstack/react-router';
import type { PartnerId } from '#contract/ids.ts';
import type { Partner } from '#contract/partners.ts';
import { useHandoffChannels } from '#renderer/api/handoff-queries.ts';
import { usePartner } from '#renderer/api/queries.ts';
import { SealedNote } from '#renderer/sealed/sealed-note.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { sealOf, waysFor, type HandoffWay } from './handoff-way.ts';
import styles from './handoffs.module.css';

/** Whether a handoff can go this way, and to whom. */
export interface WayState {
  readonly partner: Partner | undefined;
  /** Why there can be no link; null = there can. */
  readonly linkBlocked: string | null;
  /** Why it cannot go this way; undefined when it can. */
  readonly problem: string | undefined;
}

/** Finds out whether a key of this partner can be handed off so; null: nobody chose a partner yet. */
export function useWayState(way: HandoffWay, partnerId: PartnerId | null): WayState {
  const partner = usePartner({ partnerId: partnerId ?? NOBODY }, { isEnabled: partnerId !== null }).data;
  const linkBlocked = useHandoffChannels().data?.link.blocked ?? null;
  const isKeyMissing = way === 'recipient_key' && partnerId !== null && partner?.recipientKey === null;
  return {
    partner: partnerId === null ? undefined : partner,
    linkBlocked,
    problem:
      (way === 'link' ? linkBlocked : null) ??
      (isKeyMissing ? 'This partner has given no recipient key yet.' : undefined),
  };
}

/** Is never asked about. */
const NOBODY = 'par_0000000000000000';

interface WayFieldsProps {
  readonly way: HandoffWay;
  readonly onChange: (way: HandoffWay) => void;
  readonly state: WayState;
  /** Who hands off has the secret, so a copy of it is a way, too. */
  readonly hasSecret: boolean;
  readonly isSealing: boolean;
  readonly onLeave: () => void;
}

/** The ways to hand off, and what to know about the chosen one. */
export function WayFields({ way, onChange, state, hasSecret, isSealing, onLeave }: WayFieldsProps) {
  const seal = sealOf(way);
  return (
    <>
      <RadioGroup label="Channel" value={way} onChange={onChange} options={waysFor(hasSecret)} />
      {seal !== null && (
        <SealedNote seal={seal} partner={state.partner} isRunning={isSealing} onLeave={onLeave} />
      )}
      {way === 'link' && state.linkBlocked !== null && (
        <p className={styles.attention}>
          <span>{state.linkBlocked}</span>
          <Link to="/settings/$section" params={{ section: 'server' }}>
            Set the public address
          </Link>
        </p>
      )}
    </>
  );
}
