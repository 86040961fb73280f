import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import type { RequestRow } from '#contract/requests.ts';
import { useUpdateKey } from '#renderer/api/commands.ts';
import { useKey, usePlans } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { raisable, raisedChange, type Raisable } from './raised-limit.ts';

/** A larger limit for a key that was refused because of one. Nothing where the request was refused for something else. */
export function RaiseLimit({ row }: { readonly row: RequestRow }) {
  const isLimited = row.code === 'RATE_LIMITED' || row.code === 'QUOTA_EXCEEDED';
  if (!isLimited || row.keyId === null) return null;
  return <RaiseButton row={row} keyId={row.keyId} />;
}

function RaiseButton({ row, keyId }: { readonly row: RequestRow; readonly keyId: Key['keyId'] }) {
  const [isAsking, setAsking] = useState(false);
  const key = useKey({ keyId }).data;
  const plans = usePlans().data?.items;
  const forbidden = useForbidden();
  const plan = plans?.find(({ id }) => id === key?.planId) ?? null;
  const limit = key === undefined ? null : raisable(row, key, plan);
  const obstacle =
    forbidden('keys.update') ??
    (key === undefined || plans === undefined
      ? 'The key is being loaded.'
      : limit === null
        ? 'The limit belongs to several keys, or is gone by now. Edit the key or its plan.'
        : undefined);
  return (
    <>
      <Button disabledReason={obstacle} onClick={() => setAsking(true)}>
        Raise limit…
      </Button>
      {isAsking && key !== undefined && limit !== null && (
        <RaiseDialog subject={key} limit={limit} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

interface RaiseDialogProps {
  readonly subject: Key;
  readonly limit: Raisable;
  readonly onClose: () => void;
}

function RaiseDialog({ subject, limit, onClose }: RaiseDialogProps) {
  const [text, setText] = useState(String(limit.suggested));
  const update = useUpdateKey();
  const { say } = useToasts();
  const value = /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : 0;
  const isHigher = value > limit.now;
  const period = limit.windowMs === null ? `a ${limit.period ?? 'month'}` : `in ${duration(limit.windowMs)}`;
  const save = async () => {
    if (!isHigher) return;
    const outcome = await update.run({ keyId: subject.keyId, ...raisedChange(subject, limit, value) });
    if (!outcome.ok) return;
    onClose();
    say(`${subject.name} may now make ${count(value)} requests ${period}.`);
  };
  return (
    <FormDialog
      title={`Raise the ${limit.windowMs === null ? 'quota' : 'rate limit'} of ${subject.name}`}
      description={
        limit.isOfPlan
          ? 'The limit comes from the plan. The key gets one of its own; the plan and its other keys stay as they are.'
          : 'It holds from the very next request.'
      }
      submitLabel="Raise limit"
      isBusy={update.isRunning}
      error={update.error}
      onSubmit={() => void save()}
      onClose={onClose}
      size="small"
    >
      <TextField
        label={`Requests ${period}`}
        help={`Now ${count(limit.now)}.`}
        inputMode="numeric"
        value={text}
        onChange={setText}
        error={isHigher ? undefined : `Choose more than ${count(limit.now)}.`}
      />
    </FormDialog>
  );
}
