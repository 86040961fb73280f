import { Link } from '@tanstack/react-router';
import type { Key } from '#contract/keys.ts';
import { useEnrolmentTokens } from '#renderer/api/queries.ts';
import { ChildList } from './child-list.tsx';
import styles from './enrolment.module.css';
import { PivotPanel } from './pivot-panel.tsx';
import { TokenList } from './token-list.tsx';

/** Keys that builds, devices and developers fetched of this one: the tokens that let them, what became of each version, and every
 *  child by itself. */
export function ChildrenTab({ subject }: { readonly subject: Key }) {
  const tokens = useEnrolmentTokens({ keyId: subject.keyId }, { isEnabled: subject.parent === null });
  if (subject.parent !== null) return <OfAChild parent={subject.parent} />;
  return (
    <div className={styles.stack}>
      <TokenList subject={subject} />
      {tokens.data !== undefined && tokens.data.items.length > 0 && (
        <>
          <PivotPanel subject={subject} />
          <ChildList subject={subject} />
        </>
      )}
    </div>
  );
}

function OfAChild({ parent }: { readonly parent: NonNullable<Key['parent']> }) {
  return (
    <p className={styles.lead}>
      This key is itself a child of{' '}
      <Link to="/keys/$keyId" params={{ keyId: parent.keyId }} search={{ tab: 'children' }}>
        {parent.name}
      </Link>
      . It shares that key’s limits, may never do more, and ends with it.
    </p>
  );
}
