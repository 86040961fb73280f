import type { ComponentPropsWithRef, MouseEvent, ReactNode } from 'react';
import { actionSpec, type ActionId } from '#contract/actions.ts';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Tooltip } from './tooltip.tsx';

/** What a button stands for: the one main action, an ordinary one, a quiet one in a row, or an irreversible one. */
export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';

/** Properties of Button and, but for the label, of IconButton. */
export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly variant?: ButtonVariant;
  readonly size?: 'medium' | 'large';
  readonly icon?: ReactNode;
  /** The action runs: the button stays focusable, says so and ignores further clicks. */
  readonly isBusy?: boolean;
  /** Why the action is not possible now. The button stays reachable, is marked disabled and tells the reason. */
  readonly disabledReason?: string | undefined;
  /** The action that it runs: pointing at it teaches the shortcut. */
  readonly action?: ActionId | undefined;
}

/** A button. `variant="danger"` wears the seal and belongs to irreversible actions only. */
export function Button({
  variant = 'secondary',
  size = 'medium',
  icon,
  isBusy = false,
  disabledReason,
  action,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const isInert = isBusy || disabledReason !== undefined;
  const handleClick = (event: MouseEvent<HTMLButtonElement>) => {
    if (isInert) event.preventDefault();
    else onClick?.(event);
  };
  const button = (
    <button
      {...rest}
      type={type}
      aria-disabled={isInert || undefined}
      aria-busy={isBusy || undefined}
      className={classNames(styles.button, styles[variant], size === 'large' && styles.large, className)}
      onClick={handleClick}
    >
      {icon}
      {children}
    </button>
  );
  if (disabledReason !== undefined) return <Tooltip content={disabledReason}>{button}</Tooltip>;
  if (action === undefined) return button;
  return (
    <Tooltip content={actionSpec(action).label} action={action}>
      {button}
    </Tooltip>
  );
}
