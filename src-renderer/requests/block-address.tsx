import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useKey } from '#renderer/api/queries.ts';
import { useUsageSummary } from '#renderer/api/traffic-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { SkeletonLines } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { allowedWithout, callerAddresses } from './blocked-address.ts';

/** Keeps an address from using the key. Keys know allowed addresses only: its other callers become the list, or the address leaves it. */
export function BlockAddress({ row }: { readonly row: RequestRow }) {
  const { keyId, clientIp, code } = row;
  if (keyId === null || clientIp === null || code === 'IP_NOT_ALLOWED') return null;
  return <BlockButton keyId={keyId} address={clientIp} />;
}

function BlockButton({ keyId, address }: { readonly keyId: KeyId; readonly address: string }) {
  const [isAsking, setAsking] = useState(false);
  const forbidden = useForbidden();
  const subject = useKey({ keyId }).data;
  const obstacle =
    forbidden('keys.update') ??
    (subject === undefined
      ? 'The key is being loaded.'
      : subject.status === 'revoked'
        ? 'The key is revoked.'
        : undefined);
  return (
    <>
      <Button disabledReason={obstacle} onClick={() => setAsking(true)}>
        Block this address…
      </Button>
      {isAsking && subject !== undefined && (
        <BlockDialog subject={subject} address={address} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

const CALLERS_DAYS = 30;

interface BlockDialogProps {
  readonly subject: Key;
  readonly address: string;
  readonly onClose: () => void;
}

function BlockDialog({ subject, address, onClose }: BlockDialogProps) {
  const [range] = useState(() => {
    const to = nowMs();
    return { from: timestampMs.parse(to - CALLERS_DAYS * DAY_MS), to: timestampMs.parse(to) };
  });
  const hasList = subject.ipAllow.length > 0;
  const summary = useUsageSummary({ keyId: subject.keyId, ...range }, { isEnabled: !hasList }).data;
  const known = hasList
    ? allowedWithout(subject.ipAllow, address)
    : callerAddresses(summary?.callers ?? [], address);
  const [dropped, setDropped] = useState<readonly string[]>([]);
  const kept = known.filter((one) => !dropped.includes(one));
  const update = useUpdateKey();
  const { say } = useToasts();
  const isStillIn = hasList && known.length === subject.ipAllow.length;
  const save = async () => {
    if (kept.length === 0 || isStillIn) return;
    const outcome = await update.run({ keyId: subject.keyId, ipAllow: kept });
    if (!outcome.ok) return;
    onClose();
    say(`${address} can no longer use ${subject.name}.`);
  };
  return (
    <FormDialog
      title={`Block ${address} for ${subject.name}?`}
      description={
        hasList
          ? 'The address leaves the key’s list of allowed addresses.'
          : `A key knows allowed addresses only. From now on it works from these alone, its other callers of the last ${String(CALLERS_DAYS)} days; every other address is refused.`
      }
      submitLabel="Block address"
      isBusy={update.isRunning}
      error={update.error}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {!hasList && summary === undefined ? (
        <SkeletonLines lines={3} />
      ) : (
        known.map((one) => (
          <Checkbox
            key={one}
            label={one}
            isChecked={!dropped.includes(one)}
            onChange={(isKept) =>
              setDropped((before) => (isKept ? before.filter((other) => other !== one) : [...before, one]))
            }
          />
        ))
      )}
      {isStillIn && (
        <p role="alert">
          The address is inside a network of the list. Take the network out on the key’s page, or write
          smaller ones.
        </p>
      )}
      {!isStillIn && kept.length === 0 && (hasList || summary !== undefined) && (
        <p role="alert">No other address would be left. Suspend the key instead.</p>
      )}
    </FormDialog>
  );
}
