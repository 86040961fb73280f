/** How a test reaches the product. */
export type Door = 'browser' | 'desktop';
