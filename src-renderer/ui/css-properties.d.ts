import 'react';

declare module 'react' {
  // Custom properties may be set from a component: sizes that are only known while drawing.
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
