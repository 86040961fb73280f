import { type Markup, markup } from './markup.ts';

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** A moment as people outside read it, whose time zone nobody knows. */
export function moment(atMs: number): Markup {
  const at = new Date(atMs);
  return markup`<time datetime="${at.toISOString()}">${MOMENT.format(at)} UTC</time>`;
}
