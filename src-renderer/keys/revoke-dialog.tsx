import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { REVOKE_REASONS, type KeySummary, type RevokeReason } from '#contract/keys.ts';
import { RESTORE_WINDOW_MS } from '#contract/restore-window.ts';
import type { LeakId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useRecordLeak, useRevokeKey } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { duration } from '#renderer/format/durations.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { REVOKE_REASON_WORDS } from './key-words.ts';
import { RecentImpact, useRecentImpact } from './recent-impact.tsx';
import styles from './dialogs.module.css';
import { SubjectRef } from './subject-ref.tsx';
import { enforcedText, useEnforcement, type Enforced } from './use-enforcement.ts';

interface RevokeDialogProps {
  readonly subject: KeySummary;
  readonly onClose: () => void;
  /** Takes the revocation back, from the toast. */
  readonly onUndo: (key: KeySummary) => void;
}

/** Ends a key for good: why, what stops, and a name to type when the key is in use. */
export function RevokeDialog({ subject, onClose, onUndo }: RevokeDialogProps) {
  const revoke = useRevokeKey();
  const record = useRecordLeak();
  const enforcedAfter = useEnforcement();
  const impact = useRecentImpact(subject);
  const tellRevoked = useTellRevoked(subject, onUndo);
  const cancel = useRef<HTMLButtonElement>(null);
  const [draft, setDraft] = useState<RevokeDraft>({ reason: '', note: '', typed: '' });
  const { reason, note, typed } = draft;
  const [needsName] = useState(() => subject.lastUsedAt !== null && nowMs() - subject.lastUsedAt < DAY_MS);
  const obstacle =
    reason === ''
      ? 'Choose a reason first.'
      : impact.isLoading
        ? 'What stops is still being looked up.'
        : needsName && typed.trim() !== subject.name
          ? 'Type the name of the key first.'
          : undefined;

  const [isConfirming, setConfirming] = useState(false);
  const isBusy = revoke.isRunning || isConfirming;

  const submit = async () => {
    if (isBusy || reason === '' || obstacle !== undefined) return;
    const clickedAtMs = nowMs();
    const outcome = await revoke.run({
      keyId: subject.keyId,
      reason,
      note: note.trim() === '' ? null : note,
    });
    if (!outcome.ok) return;
    const answeredAtMs = nowMs();
    setConfirming(true);
    // What stopped the key is done: an incident that cannot be stored stops nothing.
    const incident = reason === 'leaked' ? await record.run({ keyId: subject.keyId }) : null;
    const enforced = await enforcedAfter(subject.keyId, { clickedAtMs, answeredAtMs });
    onClose();
    tellRevoked(enforced, reason, incident?.ok === true ? incident.data.id : null);
  };

  return (
    <Dialog
      isOpen
      onClose={onClose}
      initialFocus={cancel}
      title="Revoke key"
      description={<SubjectRef subject={subject} />}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" type="submit" form="revoke-form" isBusy={isBusy} disabledReason={obstacle}>
            Revoke key
          </Button>
        </>
      }
    >
      <form
        id="revoke-form"
        className="form-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <RecentImpact subject={subject} impact={impact} />
        <RevokeFields
          draft={draft}
          onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
          nameToType={needsName ? subject.name : null}
          noteError={revoke.error?.field('note')}
        />
        <ErrorNote error={revoke.error} />
      </form>
    </Dialog>
  );
}

function useTellRevoked(subject: KeySummary, onUndo: (key: KeySummary) => void) {
  const { say } = useToasts();
  const navigate = useNavigate();
  return (enforced: Enforced | null, given: RevokeReason, leakId: LeakId | null) => {
    const effect = enforcedText('the key', enforced);
    const tone = enforced === null ? 'failure' : 'done';
    if (given === 'leaked') {
      const open = {
        label: 'Open incident',
        onSelect: () => {
          if (leakId !== null) void navigate({ to: '/leaks/$leakId', params: { leakId } });
        },
      };
      say(`${subject.name} is revoked for good.`, {
        detail: effect,
        tone,
        ...(leakId === null ? {} : { action: open }),
      });
      return;
    }
    say(`${subject.name} is revoked.`, {
      detail: `${effect} It can be taken back for ${duration(RESTORE_WINDOW_MS)}.`,
      tone,
      action: { label: 'Undo', onSelect: () => onUndo(subject) },
      stayMs: RESTORE_WINDOW_MS,
    });
  };
}

interface RevokeDraft {
  readonly reason: RevokeReason | '';
  readonly note: string;
  readonly typed: string;
}

interface RevokeFieldsProps {
  readonly draft: RevokeDraft;
  readonly onChange: (part: Partial<RevokeDraft>) => void;
  /** Must be typed to confirm; null when nothing must. */
  readonly nameToType: string | null;
  readonly noteError: string | undefined;
}

function RevokeFields({ draft, onChange, nameToType, noteError }: RevokeFieldsProps) {
  return (
    <>
      <RadioGroup<RevokeReason | ''>
        label="Reason"
        value={draft.reason}
        onChange={(reason) => onChange({ reason })}
        options={REVOKE_REASONS.map((value) => ({ value, label: REVOKE_REASON_WORDS[value] }))}
      />
      <p className={draft.reason === 'leaked' ? styles.final : styles.hint}>
        {draft.reason === 'leaked'
          ? 'A leaked key cannot be taken back: there is no undo.'
          : 'You can take it back for 10 minutes, except when the key leaked. Its history, limits and audit trail stay.'}
      </p>
      <TextArea
        label="Note"
        isOptional
        value={draft.note}
        onChange={(note) => onChange({ note })}
        error={noteError}
        rows={2}
      />
      {nameToType !== null && (
        <TextField
          label={`Type “${nameToType}” to confirm`}
          help="The key was used in the last 24 hours."
          value={draft.typed}
          onChange={(typed) => onChange({ typed })}
        />
      )}
    </>
  );
}
