import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import { useKey, useSharing } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { statusObstacle } from '#renderer/keys/key-words.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { callersSentence } from './callers-words.ts';
import { ContactRemedy } from './contact-remedy.tsx';
import { sharingSentence } from './hygiene-words.ts';
import { DismissedNote, OnePartyRemedy } from './one-party.tsx';
import { PartyList } from './party-list.tsx';
import { contactNote } from './sharing-words.ts';
import { SplitDialog } from './split-dialog.tsx';
import { SplitProgress } from './split-progress.tsx';
import { SuspendRemedy } from './suspend-remedy.tsx';
import { askNote, NO_BASELINE, unusualLines } from './unusual-words.ts';
import styles from './sharing.module.css';

type Sharing = Output<'hygiene.sharing'>;

/** Who seems to use one key, and what helps, in the order help, friction, police. */
export function SharingPage() {
  const { keyId } = useParams({ from: '/keys/$keyId/sharing' });
  const key = useKey({ keyId });
  const sharing = useSharing({ keyId }, { keepsPrevious: true });
  const name = key.data?.name;
  return (
    <Page>
      <PageHeader title={name === undefined ? 'Who uses this key' : `Who uses ${name}`}>
        <p className={styles.lead}>
          <Link to="/keys/$keyId" params={{ keyId }}>
            Back to the key
          </Link>
        </p>
      </PageHeader>
      <AsyncRegion query={key} subject="The key">
        {(subject) => (
          <AsyncRegion query={sharing} isBusy={sharing.isLoading} subject="Its callers">
            {(found) => <Found subject={subject} found={found} />}
          </AsyncRegion>
        )}
      </AsyncRegion>
    </Page>
  );
}

function Found({ subject, found }: { readonly subject: Key; readonly found: Sharing }) {
  const { evidence, parties, others, split, isSuspected, dismissal } = found;
  const isSettled = dismissal !== null && !dismissal.isOutdated;
  const unusual = evidence === null ? [] : unusualLines(evidence);
  if (evidence === null && split === null) {
    return (
      <EmptyState title="Nobody called with this key in the last 29 days">
        Who uses it shows here once requests come in.
      </EmptyState>
    );
  }
  const isUnknown = evidence !== null && evidence.callersWeek === 0 && evidence.callersADay === 0;
  if (isUnknown && split === null && dismissal === null && unusual.length === 0) {
    return (
      <EmptyState title="No caller is known">
        Requests came, but none said who sent it: the service that asks has to hand on the client’s address.
      </EmptyState>
    );
  }
  return (
    <>
      {evidence !== null && (
        <p className={styles.lead}>
          {callersSentence(evidence)} {isSuspected && sharingSentence(evidence)}
        </p>
      )}
      {dismissal !== null && <DismissedNote keyId={subject.keyId} dismissal={dismissal} />}
      {split !== null && <SplitProgress subject={subject} split={split} />}
      <h2 className={styles.heading}>
        {parties.length === 0 ? 'One party' : `Likely ${counted(parties.length, 'party', 'parties')}`}
      </h2>
      {parties.length === 0 ? (
        <p className={styles.lead}>
          All its callers of the last 29 days can well be one: nothing tells them apart but their addresses.
        </p>
      ) : (
        <PartyList parties={parties} others={others} />
      )}
      {evidence !== null && <OutOfTheOrdinary evidence={evidence} />}
      <Remedies subject={subject} found={found} unusual={unusual} isSettled={isSettled} />
    </>
  );
}

/** How the key is used otherwise than it was, or by another name. */
function OutOfTheOrdinary({ evidence }: { readonly evidence: NonNullable<Sharing['evidence']> }) {
  const lines = unusualLines(evidence);
  const isUnknown = evidence.newEndpoints === null;
  if (lines.length === 0 && !isUnknown) return null;
  return (
    <section aria-labelledby="unusual">
      <h2 id="unusual" className={styles.heading}>
        Out of the ordinary
      </h2>
      {lines.map((line) => (
        <p key={line} className={styles.lead}>
          {line}
        </p>
      ))}
      {isUnknown && <p className={styles.quiet}>{NO_BASELINE}</p>}
    </section>
  );
}

interface RemediesProps {
  readonly subject: Key;
  readonly found: Sharing;
  readonly unusual: readonly string[];
  /** Somebody called who uses it one party. */
  readonly isSettled: boolean;
}

/** In the order help, friction, police; whoever only uses a key in a new way is asked, and no more. None
 *  where somebody called who uses it one party: what is new is told all the same. */
function Remedies({ subject, found, unusual, isSettled }: RemediesProps) {
  const { parties, isSuspected, evidence } = found;
  const isShared = parties.length > 0 || isSuspected;
  if (isSettled || (!isShared && unusual.length === 0)) return null;
  const seen = isSuspected && evidence !== null ? [sharingSentence(evidence), ...unusual] : unusual;
  const note =
    isShared && parties.length > 0 ? contactNote(subject, parties, unusual) : askNote(subject, seen);
  return (
    <>
      <h2 id="remedies" className={styles.heading}>
        What helps
      </h2>
      <ol aria-labelledby="remedies" className={styles.remedies}>
        <ContactRemedy subject={subject} note={note} />
        {isShared && parties.length > 1 && <SplitRemedy subject={subject} found={found} />}
        {isShared && <SuspendRemedy subject={subject} />}
        {isShared && isSuspected && <OnePartyRemedy keyId={subject.keyId} name={subject.name} />}
      </ol>
    </>
  );
}

/** Friction, after help: everybody gets a key and has to put it in. */
function SplitRemedy({ subject, found }: { readonly subject: Key; readonly found: Sharing }) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useForbidden()('keys.split');
  const { parties, split } = found;
  const obstacle =
    subject.parent !== null
      ? 'This is a child key: split its parent.'
      : split === null
        ? statusObstacle('rotate', subject)
        : 'It is split already.';
  return (
    <li className={styles.remedy}>
      <h3 className={styles.name}>Give each its own key</h3>
      <p>
        {`Makes ${counted(parties.length, 'key')} with what each party used, to be handed to each, and lets this one end at a date.`}
      </p>
      <span className={styles.buttons}>
        <Button disabledReason={forbidden ?? obstacle} onClick={() => setOpen(true)}>
          {`Split into ${counted(parties.length, 'key')}…`}
        </Button>
      </span>
      {isOpen && <SplitDialog subject={subject} parties={parties} onClose={() => setOpen(false)} />}
    </li>
  );
}
