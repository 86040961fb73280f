import type { ReactNode } from 'react';
import styles from './chip.module.css';
import { classNames } from './class-names.ts';
import { StatusShape, type StatusShapeName } from './status-shape.tsx';

/** Colours of a chip; always with a word, never alone. */
export type ChipTone = 'plain' | 'ok' | 'info' | 'warn' | 'danger' | 'violet';

interface ChipProps {
  readonly tone?: ChipTone;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A short fact on a soft ground. */
export function Chip({ tone = 'plain', icon, children, className }: ChipProps) {
  return (
    <span className={classNames(styles.chip, styles[tone], className)}>
      {icon}
      <span className={styles.words}>{children}</span>
    </span>
  );
}

const STATUS = {
  active: { word: 'Active', tone: 'ok' },
  rotating: { word: 'Rotating', tone: 'info' },
  expiring: { word: 'Expiring', tone: 'warn' },
  grace: { word: 'In grace', tone: 'warn' },
  suspended: { word: 'Suspended', tone: 'warn' },
  unused: { word: 'Unused', tone: 'plain' },
  expired: { word: 'Expired', tone: 'plain' },
  revoked: { word: 'Revoked', tone: 'danger' },
} as const satisfies Record<StatusShapeName, { word: string; tone: ChipTone }>;

/** State of a key as shape and word. */
export function StatusChip({ status }: { readonly status: StatusShapeName }) {
  const { word, tone } = STATUS[status];
  return (
    <Chip tone={tone} icon={<StatusShape name={status} />}>
      {word}
    </Chip>
  );
}
