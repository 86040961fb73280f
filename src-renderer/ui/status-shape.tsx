import type { SVGProps } from 'react';

/** Every state that has a shape of its own. */
export type StatusShapeName =
  'active' | 'rotating' | 'expiring' | 'grace' | 'suspended' | 'unused' | 'expired' | 'revoked';

const SHAPES = {
  active: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  rotating: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" />
    </>
  ),
  expiring: <path d="M6 1.2 11.2 10.6H.8z" fill="currentColor" />,
  grace: <path d="M6 1.2 10.8 6 6 10.8 1.2 6z" fill="currentColor" />,
  suspended: <path d="M2 1.5h3v9H2zm5 0h3v9H7z" fill="currentColor" />,
  unused: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  expired: <path d="M6 1.2 10.8 6 6 10.8 1.2 6z" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  revoked: <path d="m2 2 8 8M10 2l-8 8" fill="none" stroke="currentColor" strokeWidth="2" />,
} as const satisfies Record<StatusShapeName, unknown>;

/** The shape of a key's state, 12 px; the word beside it says the same. */
export function StatusShape({ name, ...rest }: { readonly name: StatusShapeName } & SVGProps<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden focusable="false" {...rest}>
      {SHAPES[name]}
    </svg>
  );
}
