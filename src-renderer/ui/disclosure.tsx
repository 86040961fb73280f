import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './disclosure.module.css';

interface DisclosureProps {
  /** What it opens: "More limits". */
  readonly label: string;
  /** Something inside is set: then it is open from the start. */
  readonly isInUse: boolean;
  readonly children: ReactNode;
}

/** Fields that most people never need, behind a button. Closing it hides and changes nothing. */
export function Disclosure({ label, isInUse, children }: DisclosureProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(isInUse);
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <div className={styles.disclosure}>
      <Button
        variant="quiet"
        className={styles.button}
        icon={<Icon aria-hidden />}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </Button>
      <div id={id} className={styles.content} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </div>
  );
}
