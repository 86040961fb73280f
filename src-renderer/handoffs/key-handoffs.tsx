import { useState } from 'react';
import type { HandoffId } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { HandoffList } from './handoff-list.tsx';
import { handoffSearch } from './handoff-search.ts';
import styles from './handoffs.module.css';

interface KeyHandoffsProps {
  readonly subject: KeySummary;
  readonly onHandOff: () => void;
  /** Why it cannot be handed off now. */
  readonly obstacle: string | undefined;
}

/** The handoffs of one key. */
export function KeyHandoffs({ subject, onHandOff, obstacle }: KeyHandoffsProps) {
  const [id, setId] = useState<HandoffId | undefined>(undefined);
  const button = (
    <Button onClick={onHandOff} disabledReason={obstacle}>
      Hand off a new secret…
    </Button>
  );
  return (
    <div className={styles.tab}>
      <div>{button}</div>
      <div className={styles.tabTable}>
        <HandoffList
          keyId={subject.keyId}
          search={{ ...handoffSearch.parse({}), id }}
          onSelect={setId}
          empty={
            <EmptyState title="No secret of this key was handed off">
              Hand a secret off where it is shown, or give the key a new one that goes straight to its
              recipient.
            </EmptyState>
          }
        />
      </div>
    </div>
  );
}
