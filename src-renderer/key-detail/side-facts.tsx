import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { policyObstacle } from '#renderer/enrolment/enrolment-words.ts';
import { RotationHandoff } from '#renderer/handoffs/rotation-handoff.tsx';
import { duration } from '#renderer/format/durations.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { BindingFacts } from '#renderer/bindings/binding-facts.tsx';
import { limitFacts } from '#renderer/limits/limit-words.ts';
import { BulkDialog } from '#renderer/keys/bulk-dialogs.tsx';
import { driftWords } from '#renderer/templates/template-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { GrowthFact } from './growth-fact.tsx';
import { KeyCallersFact } from './key-callers-fact.tsx';
import styles from './key-detail.module.css';
import { LiveLimits } from './live-limits.tsx';

/** What is set for the key beside its scopes: limits, expiry, bindings, labels. */
export function SideFacts({ subject }: { readonly subject: Key }) {
  const plan = usePlans().data?.items.find((candidate) => candidate.id === subject.planId);
  return (
    <section className={styles.facts} aria-label="Facts">
      <Facts>
        <Fact name="Key id">
          <span className={styles.inlineFact}>
            <code>{subject.keyId}</code>
            <CopyButton text={subject.keyId} label="Copy key id" />
          </span>
        </Fact>
        <Fact name="Limits">
          <Lines items={limitFacts(subject)} none="none of its own" />
        </Fact>
        <Fact name="Right now">
          <LiveLimits keyId={subject.keyId} />
        </Fact>
        <GrowthFact keyId={subject.keyId} />
        <KeyCallersFact keyId={subject.keyId} />
        {plan !== undefined && (
          <Fact name="Plan">
            {plan.name}
            <Lines items={limitFacts(plan)} none=" without limits" />
          </Fact>
        )}
        <Fact name="Expires">
          {subject.expiresAt === null ? (
            <>never{subject.noExpiryReason === null ? '' : `: ${subject.noExpiryReason}`}</>
          ) : (
            <>
              <RelativeTime at={subject.expiresAt} />
              <span className={styles.quiet}>
                {' '}
                <AbsoluteTime at={subject.expiresAt} />
              </span>
            </>
          )}
          {subject.expiryGraceMs !== null && (
            <span className={styles.quiet}> then {duration(subject.expiryGraceMs)} of grace</span>
          )}
          <ExtendButton subject={subject} />
        </Fact>
        {subject.parent !== null && (
          <Fact name="Child of">
            <Link to="/keys/$keyId" params={{ keyId: subject.parent.keyId }} search={{ tab: 'children' }}>
              {subject.parent.name}
            </Link>
          </Fact>
        )}
        <TemplateFact subject={subject} />
        <Fact name="Rotation">
          <Rhythm subject={subject} />
          {subject.rotateEveryMs !== null && subject.parent === null && subject.status !== 'revoked' && (
            <RotationHandoff owner={{ kind: 'key', keyId: subject.keyId }} buttonClass={styles.inText} />
          )}
        </Fact>
        <BindingFacts subject={subject} />
        <LabelFacts subject={subject} />
        <Fact name="Created">
          <RelativeTime at={subject.createdAt} />
          {subject.createdBy !== null && <span> by {subject.createdBy}</span>}
        </Fact>
        <Fact name="Changed">
          <RelativeTime at={subject.updatedAt} />
        </Fact>
      </Facts>
    </section>
  );
}

/** What people wrote down about the key. */
function LabelFacts({ subject }: { readonly subject: Key }) {
  return (
    <>
      <Fact name="Tags">
        {subject.tags.length === 0 ? (
          'none'
        ) : (
          <span className={styles.chips}>
            {subject.tags.map((tag) => (
              <Chip key={tag}>{tag}</Chip>
            ))}
          </span>
        )}
      </Fact>
      {subject.externalId !== null && (
        <Fact name="External id">
          <Code>{subject.externalId}</Code>
        </Fact>
      )}
      {Object.keys(subject.meta).length > 0 && (
        <Fact name="Passed on">
          <TextList
            items={Object.entries(subject.meta).map(([name, value]) => `${name}: ${String(value)}`)}
            none=""
          />
        </Fact>
      )}
      {subject.note !== '' && (
        <Fact name="Note">
          <span className={styles.note}>{subject.note}</span>
        </Fact>
      )}
    </>
  );
}

/** Moves the end of the key, or gives it one; one undo takes it back. */
function ExtendButton({ subject }: { readonly subject: Key }) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useForbidden()('keys.bulk');
  const close = () => setOpen(false);
  const isEndless = subject.expiresAt === null;
  return (
    <span className={styles.inText}>
      <Button
        variant="quiet"
        disabledReason={policyObstacle(subject) ?? forbidden}
        onClick={() => setOpen(true)}
      >
        {isEndless ? 'Give an expiry…' : 'Extend…'}
      </Button>
      {isOpen && (
        <BulkDialog task={isEndless ? 'end' : 'extend'} rows={[subject]} onClose={close} onDone={close} />
      )}
    </span>
  );
}

function TemplateFact({ subject: { template } }: { readonly subject: Key }) {
  if (template === null) return null;
  return (
    <Fact name="Template">
      <span className={styles.stackedLines}>
        <Link to="/templates/$templateId" params={{ templateId: template.id }}>
          {template.name}
        </Link>
        <span className={styles.quiet}>
          {template.drift.length === 0 ? 'as the template says' : `differs in ${driftWords(template.drift)}`}
        </span>
      </span>
    </Fact>
  );
}

function Rhythm({ subject: { rotateEveryMs, rotationDueAt } }: { readonly subject: Key }) {
  if (rotateEveryMs === null) return 'no rhythm set';
  return (
    <>
      every {duration(rotateEveryMs)}
      {rotationDueAt !== null && (
        <span className={styles.quiet}>
          {' '}
          due <RelativeTime at={rotationDueAt} />
        </span>
      )}
    </>
  );
}

function Lines({ items, none }: { readonly items: readonly string[]; readonly none: string }) {
  if (items.length === 0) return none;
  return (
    <span className={styles.stackedLines}>
      {items.map((item) => (
        <span key={item}>{item}</span>
      ))}
    </span>
  );
}

function TextList({ items, none }: { readonly items: readonly string[]; readonly none: string }) {
  if (items.length === 0) return none;
  return (
    <span className={styles.lines}>
      {items.map((item) => (
        <code key={item}>{item}</code>
      ))}
    </span>
  );
}
