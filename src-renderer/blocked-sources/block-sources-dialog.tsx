import { useState } from 'react';
import { timestampMs, type KeyId, type LeakId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useBlockSources } from '#renderer/api/commands.ts';
import { listOf } from '#renderer/bindings/binding-draft.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { GoodTrafficNote } from './good-traffic-note.tsx';

const LIVES = [
  { value: 'ever', label: 'Until somebody lets them in again' },
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
] as const;
type Life = (typeof LIVES)[number]['value'];

interface BlockSourcesDialogProps {
  /** Filled in already. */
  readonly networks: readonly string[];
  readonly reason: string;
  /** The incident that it belongs to, and the key that leaked. */
  readonly leak?: { readonly id: LeakId; readonly keyId: KeyId } | undefined;
  readonly onClose: () => void;
}

/** Blocks addresses and networks for every key, after telling whom that would stop. */
export function BlockSourcesDialog({ networks, reason: given, leak, onClose }: BlockSourcesDialogProps) {
  const [text, setText] = useState(networks.join('\n'));
  const [reason, setReason] = useState(given);
  const [life, setLife] = useState<Life>('ever');
  const block = useBlockSources();
  const { say } = useToasts();
  const chosen = listOf(text);
  const submit = async () => {
    const outcome = await block.run({
      networks: chosen,
      reason: reason.trim(),
      expiresAt: life === 'ever' ? null : timestampMs.parse(nowMs() + Number(life) * DAY_MS),
      leakId: leak?.id ?? null,
    });
    if (!outcome.ok) return;
    onClose();
    say(`${outcome.data.items.map(({ network }) => network).join(', ')} can use no key any more.`);
  };
  return (
    <FormDialog
      title="Block sources"
      description="From their next request on no key works from there. Only services that tell the address of their client (clientIp) are served by this."
      submitLabel="Block for every key"
      isFinal
      isBusy={block.isRunning}
      disabledReason={
        chosen.length === 0 ? 'Enter an address or network.' : reason.trim() === '' ? 'Say why.' : undefined
      }
      error={block.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextArea
        label="Addresses and networks"
        isMono
        rows={3}
        value={text}
        onChange={setText}
        placeholder={'203.0.113.9\n198.51.100.0/24'}
        help="One a line, IPv4 or IPv6."
      />
      <TextField label="Reason" value={reason} onChange={setReason} maxLength={500} />
      <Select label="How long" value={life} options={LIVES} onChange={setLife} />
      <GoodTrafficNote networks={chosen} exceptKeyId={leak?.keyId} />
    </FormDialog>
  );
}
