import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { ConsentOwner } from '#contract/rotation-handoffs.ts';
import { useRotationHandoff } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { Button } from '#renderer/ui/button.tsx';
import textStyles from '#renderer/ui/text.module.css';
import styles from './handoffs.module.css';
import { consentWords } from './rotation-consent-draft.ts';

const RotationConsentDialog = lazy(() =>
  import('./rotation-consent-dialog.tsx').then((file) => ({ default: file.RotationConsentDialog })),
);

interface RotationHandoffProps {
  readonly owner: ConsentOwner;
  /** Why nobody can choose here; undefined when they can. */
  readonly obstacle?: string | undefined;
  /** Only the button, with this label. */
  readonly buttonOnly?: string;
  /** Around the button. */
  readonly buttonClass?: string | undefined;
}

/** What happens when a rotation is due, how far the present one is, and a button to choose. */
export function RotationHandoff({ owner, obstacle, buttonOnly, buttonClass }: RotationHandoffProps) {
  const [isOpen, setOpen] = useState(false);
  const forbidden = useForbidden()('rotations.setHandoff');
  const { data } = useRotationHandoff({ owner });
  if (data === undefined) return null;
  return (
    <>
      {buttonOnly === undefined && <Words data={data} />}
      <span className={buttonClass}>
        <Button
          variant={buttonOnly === undefined ? 'quiet' : 'secondary'}
          disabledReason={obstacle ?? forbidden}
          onClick={() => setOpen(true)}
        >
          {buttonOnly ?? 'When it is due…'}
        </Button>
      </span>
      {isOpen && (
        <Suspense>
          <RotationConsentDialog owner={owner} present={data} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Words({ data }: { readonly data: Output<'rotations.handoff'> }) {
  const { own, inherited, run } = data;
  return (
    <span className={textStyles.twoLines}>
      <span className={textStyles.quiet}>when due: {consentWords(own ?? inherited)}</span>
      {run?.state === 'waiting' && (
        <Link to="/handoffs" search={{ id: run.handoffId ?? undefined }}>
          A link waits for the contact
        </Link>
      )}
      {run?.state === 'again' && run.problem !== null && (
        <span className={styles.question}>Not yet: {run.problem}</span>
      )}
      {run?.state === 'given_up' && (
        <span className={styles.question}>Given up, the old secret goes on: {run.problem}</span>
      )}
    </span>
  );
}
