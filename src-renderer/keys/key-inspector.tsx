import { Link } from '@tanstack/react-router';
import type { Key, KeySummary } from '#contract/keys.ts';
import type { KeyId } from '#contract/ids.ts';
import { useKey } from '#renderer/api/queries.ts';
import { useNow } from '#renderer/format/clock.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { isBound } from '#renderer/bindings/binding-draft.ts';
import { BindingFacts } from '#renderer/bindings/binding-facts.tsx';
import { limitText } from '#renderer/limits/limit-words.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip, StatusChip } from '#renderer/ui/chip.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts, Inspector } from '#renderer/ui/inspector.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { KeyActionButtons } from './key-action-buttons.tsx';
import { REVOKE_REASON_WORDS } from './key-words.ts';
import styles from './keys.module.css';
import { EnforcementNote } from './enforcement-note.tsx';
import { RotationBanner } from './rotation-banner.tsx';
import { ExpiryNote } from './expiry-note.tsx';
import { RotationDueNote } from './rotation-due-note.tsx';
import { shownStatus } from './shown-status.ts';
import type { KeyActions } from './use-key-actions.tsx';

interface KeyInspectorProps {
  readonly keyId: KeyId;
  readonly actions: KeyActions;
  readonly onClose: () => void;
}

/** Facts and actions of the key that is selected in a list. */
export function KeyInspector({ keyId, actions, onClose }: KeyInspectorProps) {
  const query = useKey({ keyId });
  const key = query.data;
  return (
    <Inspector
      label={key === undefined ? 'Key' : `Key ${key.name}`}
      onClose={onClose}
      heading={
        key !== undefined && (
          <KeyRef keyId={key.keyId} name={key.name} environment={key.environment} detail={key.hint} isLarge />
        )
      }
      actions={key !== undefined && <InspectorActions subject={key} actions={actions} />}
    >
      <AsyncRegion className={styles.inspectorBody} query={query} subject="The key">
        {(loaded) => <InspectorBody subject={loaded} actions={actions} />}
      </AsyncRegion>
    </Inspector>
  );
}

function InspectorActions({
  subject,
  actions,
}: {
  readonly subject: KeySummary;
  readonly actions: KeyActions;
}) {
  return (
    <>
      <Link to="/keys/$keyId" params={{ keyId: subject.keyId }} className="button-link">
        Open
      </Link>
      <KeyActionButtons subject={subject} actions={actions} />
    </>
  );
}

/** Says why a key is stopped, and offers the way back where there is one. */
export function StoppedNote({ subject, actions }: { readonly subject: Key; readonly actions: KeyActions }) {
  const now = useNow(5_000);
  const { suspension, revocation } = subject;
  if (revocation !== null) {
    const canRestore = revocation.restorableUntil !== null && revocation.restorableUntil > now;
    return (
      <div className={styles.found} role="note">
        <span>
          Revoked <RelativeTime at={revocation.at} />: {REVOKE_REASON_WORDS[revocation.reason].toLowerCase()}
          {revocation.note !== null && `. ${revocation.note}`}
        </span>
        {canRestore && <Button onClick={() => actions.restore(subject)}>Undo revocation</Button>}
      </div>
    );
  }
  if (suspension === null) return null;
  return (
    <div className={styles.found} role="note">
      <span>
        Suspended <RelativeTime at={suspension.at} />: {suspension.reason}
        {suspension.message !== null && `. Callers read: “${suspension.message}”`}
      </span>
    </div>
  );
}

function InspectorBody({ subject, actions }: { readonly subject: Key; readonly actions: KeyActions }) {
  const now = useNow(15_000);
  return (
    <>
      <StoppedNote subject={subject} actions={actions} />
      {subject.overlap !== null && <RotationBanner subject={subject} overlap={subject.overlap} />}
      <ExpiryNote subject={subject} />
      <RotationDueNote subject={subject} actions={actions} />
      <EnforcementNote keyId={subject.keyId} />
      <Facts>
        <Fact name="Status">
          <StatusChip status={shownStatus(subject, now)} />
        </Fact>
        <Fact name="Key id">
          <span className={styles.copyable}>
            <code>{subject.keyId}</code> <CopyButton text={subject.keyId} label="Copy key id" />
          </span>
        </Fact>
        <Fact name="Partner">
          <Link to="/partners/$partnerId" params={{ partnerId: subject.partnerId }}>
            {subject.partnerName}
          </Link>
        </Fact>
        <Fact name="Application">{subject.applicationName}</Fact>
        <Fact name="Contact">{subject.contactEmail}</Fact>
        <Fact name="Scopes">
          {scopesText(subject.scopeNames)}
          {subject.rules.length > 0 && ` and ${String(subject.rules.length)} own rules`}
        </Fact>
        <Fact name="Last used">
          {subject.lastUsedAt === null ? 'never' : <RelativeTime at={subject.lastUsedAt} />}
        </Fact>
        <Fact name="Expires">
          {subject.expiresAt === null ? (
            `never${subject.noExpiryReason === null ? '' : `: ${subject.noExpiryReason}`}`
          ) : (
            <RelativeTime at={subject.expiresAt} />
          )}
        </Fact>
        <Fact name="Limits">{limitText(subject)}</Fact>
        {isBound(subject) && <BindingFacts subject={subject} />}
        <Fact name="Created">
          <RelativeTime at={subject.createdAt} />
        </Fact>
        {subject.tags.length > 0 && (
          <Fact name="Tags">
            <span className={styles.tags}>
              {subject.tags.map((tag) => (
                <Chip key={tag}>{tag}</Chip>
              ))}
            </span>
          </Fact>
        )}
        {subject.note !== '' && <Fact name="Note">{subject.note}</Fact>}
      </Facts>
    </>
  );
}

/** Scopes named here; the page of the key has them all. */
const SCOPES_SHOWN = 4;

function scopesText(names: readonly string[]): string {
  if (names.length === 0) return 'own rules only';
  const shown = names.slice(0, SCOPES_SHOWN).join(', ');
  const more = names.length - SCOPES_SHOWN;
  return more > 0 ? `${shown} and ${count(more)} more` : shown;
}
