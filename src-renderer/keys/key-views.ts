import type { BuiltInView } from '#renderer/views/saved-views-menu.tsx';
import { viewText } from '#renderer/views/view-text.ts';

/** Parts of the address that are no part of a view of the keys. */
export const MOMENTARY = ['env', 'key'];

const view = (name: string, search: string): BuiltInView => ({ name, search: viewText(search, MOMENTARY) });

/** Views of the keys list that every installation has. */
export const KEY_VIEWS: readonly BuiltInView[] = [
  view('All', ''),
  view('Needs attention', 'status=expiring,suspended,expired&sort=expires'),
  view('Expiring', 'status=expiring&sort=expires'),
  view('Unused', 'status=unused&sort=lastUsed'),
  view('Rotating', 'status=rotating'),
  view('No expiry', 'expires=never&status=active,rotating'),
  view('Mine', 'by=me&sort=-created'),
];
