import { useEffect, useState } from 'react';
import type { PortTrial } from '#contract/ports.ts';
import { useGoBackToPorts, useKeepPorts } from '#renderer/api/commands.ts';
import { addressAt, goToPort, ownPort } from '#renderer/api/other-port.ts';
import { usePorts } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { countdown } from '#renderer/format/durations.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './shell.module.css';

const SETTINGS = '/settings/server';
/** Announcements may be missed while the page moves; the port that is left answers for 3 s. */
const ASK_EVERY_MS = 1_500;
/** Once the time is over, the server goes back first. */
const AFTER_MS = 1_000;

/** Asks, while new ports are tried, whether to keep them; a page that was led to a port that is given up goes back by itself. */
export function PortTrialDialog() {
  const { data, dataUpdatedAt } = usePorts();
  const [seen, setSeen] = useState<PortTrial | null>(null);
  const [dismissed, setDismissed] = useState<PortTrial | null>(null);
  const trial = data?.trial ?? null;
  if (trial !== null && trial !== seen) setSeen(trial);
  if (trial !== null) return <Asked trial={trial} untilMs={dataUpdatedAt + trial.leftMs} />;
  return (
    <Left
      seen={seen}
      dismissed={dismissed}
      onDismiss={() => setDismissed(seen)}
      now={data?.admin.port ?? null}
    />
  );
}

interface LeftProps {
  readonly seen: PortTrial | null;
  readonly dismissed: PortTrial | null;
  readonly onDismiss: () => void;
  /** The admin port now. */
  readonly now: number | null;
}

/** After a trial, for a page at the port that was left. */
function Left({ seen, dismissed, onDismiss, now }: LeftProps) {
  const move = seen?.admin ?? null;
  const isGivenUp = move !== null && ownPort() === move.to && now === move.from;
  useEffect(() => {
    if (isGivenUp) goToPort(move.from, SETTINGS);
  }, [isGivenUp, move]);
  if (move === null || ownPort() !== move.from || now !== move.to) return null;
  return (
    <AlertDialog
      isOpen={seen !== dismissed}
      onCancel={onDismiss}
      onConfirm={() => goToPort(move.to, SETTINGS)}
      title="Latchkey has moved"
      description={`It answers at ${addressAt(move.to)} now, and here no longer. Sign in there to go on.`}
      confirmLabel="Open it there"
      cancelLabel="Stay"
    />
  );
}

function Asked({ trial, untilMs }: { readonly trial: PortTrial; readonly untilMs: number }) {
  const now = useNow(1_000);
  usePorts({ everyMs: ASK_EVERY_MS });
  const forbidden = useForbidden();
  const keep = useKeepPorts();
  const goBack = useGoBackToPorts();
  const { admin } = trial;
  // The shown moment is up to a second old.
  const left = countdown(Math.min(trial.leftMs, untilMs - now));
  const isAtFormer = admin !== null && ownPort() === admin.from;
  useReturn(admin !== null && ownPort() === admin.to ? admin.from : null, untilMs);
  const leave = async () => {
    const outcome = await goBack.run({});
    if (outcome.ok && admin !== null && ownPort() === admin.to) goToPort(admin.from, SETTINGS);
  };
  return (
    <AlertDialog
      isOpen
      onCancel={() => void leave()}
      onConfirm={() => (isAtFormer ? goToPort(admin.to, SETTINGS) : void keep.run({}))}
      title={isAtFormer ? 'Open Latchkey at its new port?' : 'Keep the new ports?'}
      description={<Moves trial={trial} left={left} />}
      confirmLabel={isAtFormer ? 'Open it there' : 'Keep'}
      cancelLabel={`Go back (${left})`}
      isBusy={keep.isRunning || goBack.isRunning}
      disabledReason={isAtFormer ? undefined : forbidden('ports.keep')}
    >
      <ErrorNote error={keep.error ?? goBack.error} />
    </AlertDialog>
  );
}

function Moves({ trial, left }: { readonly trial: PortTrial; readonly left: string }) {
  return (
    <div className={styles.trial}>
      {trial.service !== null && (
        <p>
          Services are answered at port {String(trial.service.to)}, and still at {String(trial.service.from)}.
          Once you keep it, whoever asks at the former one gets no answer: change their configuration.
        </p>
      )}
      {trial.admin !== null && (
        <p>
          The administration is tried at {addressAt(trial.admin.to)}
          {ownPort() === trial.admin.to ? ', where you are now.' : '.'}
        </p>
      )}
      <p>Unless somebody keeps them, everything is as before in {left}.</p>
    </div>
  );
}

/** Leads back to the former port when the time is over; null = this page stays where it is. */
function useReturn(former: number | null, untilMs: number): void {
  useEffect(() => {
    if (former === null) return undefined;
    const timer = setTimeout(() => goToPort(former, SETTINGS), Math.max(0, untilMs - nowMs()) + AFTER_MS);
    return () => clearTimeout(timer);
  }, [former, untilMs]);
}
