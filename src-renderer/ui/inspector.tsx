import { PanelRightClose, PanelRightOpen, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';
import styles from './inspector.module.css';
import { chooseLook, useLook } from './look.ts';

interface WithInspectorProps {
  readonly children: ReactNode;
  /** The inspector, or null when nothing is selected. */
  readonly inspector: ReactNode;
}

/** A list with the inspector of the selected row at its end. Fills the height it is given. Folded away, the inspector leaves a
 *  strip that brings it back. */
export function WithInspector({ children, inspector }: WithInspectorProps) {
  const isFolded = useLook('inspector') === 'folded';
  return (
    <div className={styles.layout}>
      <div className={classNames(styles.main, inspector !== null && !isFolded && styles.narrowed)}>
        {children}
      </div>
      {inspector !== null && isFolded ? (
        <div className={styles.strip}>
          <IconButton
            label="Show inspector"
            action="view.inspector"
            icon={<PanelRightOpen aria-hidden />}
            onClick={() => chooseLook('inspector', 'default')}
          />
        </div>
      ) : (
        inspector
      )}
    </div>
  );
}

interface InspectorProps {
  /** What is inspected, for ears: "Key Data feed". */
  readonly label: string;
  readonly heading: ReactNode;
  readonly onClose: () => void;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Facts and actions of the selected row. Esc closes it. */
export function Inspector({ label, heading, onClose, actions, children }: InspectorProps) {
  return (
    <aside
      className={styles.inspector}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <div className={styles.head}>
        <div className={styles.heading}>{heading}</div>
        <span className={styles.panes}>
          <IconButton
            label="Fold inspector"
            action="view.inspector"
            icon={<PanelRightClose aria-hidden />}
            onClick={() => chooseLook('inspector', 'folded')}
          />
          <IconButton label="Close inspector" icon={<X aria-hidden />} onClick={onClose} />
        </span>
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      <div className={styles.body}>{children}</div>
    </aside>
  );
}

/** Names and values, one pair a row. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

/** One pair of Facts. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
