import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import buttonStyles from './button.module.css';
import { classNames } from './class-names.ts';
import { Tooltip } from './tooltip.tsx';

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  /** The name, read out and shown as tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
}

/** A square button with a picture; its label is always there for ears and on pointing. */
export function IconButton({ label, icon, variant = 'quiet', action, className, ...rest }: IconButtonProps) {
  const button = (
    <Button
      {...rest}
      variant={variant}
      icon={icon}
      aria-label={label}
      className={classNames(buttonStyles.iconOnly, className)}
    />
  );
  if (rest.disabledReason !== undefined) return button;
  return (
    <Tooltip content={label} action={action}>
      {button}
    </Tooltip>
  );
}
