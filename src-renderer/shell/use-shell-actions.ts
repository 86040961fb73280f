import { useNavigate } from '@tanstack/react-router';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { SETTINGS_SECTIONS } from '#renderer/settings/sections.ts';
import { chooseLook, storedLook } from '#renderer/ui/look.ts';
import type { OfferedAction } from './actions/action-registry.ts';
import { usePageActions } from './actions/use-page-actions.ts';
import { DESTINATIONS } from './destinations.ts';

const LOOKS = [
  { id: 'theme.system', name: 'theme', value: 'default' },
  { id: 'theme.light', name: 'theme', value: 'light' },
  { id: 'theme.dark', name: 'theme', value: 'dark' },
  { id: 'density.compact', name: 'density', value: 'compact' },
  { id: 'density.default', name: 'density', value: 'default' },
  { id: 'density.comfortable', name: 'density', value: 'comfortable' },
] as const;

/** What the frame opens over the page. */
export interface ShellLayers {
  readonly openHelp: () => void;
  readonly openPalette: () => void;
}

/** Folds a pane or brings it back. */
export function togglePane(pane: 'rail' | 'inspector'): void {
  chooseLook(pane, storedLook(pane) === 'folded' ? 'default' : 'folded');
}

/** Puts the focus into the page's field that filters its list. */
function focusFind(): void {
  const find = document.querySelector<HTMLElement>('[data-find]');
  find?.focus();
}

/** Offers what can be done on every page. */
export function useShellActions({ openHelp, openPalette }: ShellLayers): void {
  const navigate = useNavigate();
  const { toggle } = useTimeZone();
  const keepEnvironment = (before: { readonly env?: 'live' | 'test' | undefined }) => ({ env: before.env });
  const actions: OfferedAction[] = [
    ...DESTINATIONS.map(({ to, action }) => ({
      id: action,
      run: () => void navigate({ to, search: keepEnvironment }),
    })),
    ...SETTINGS_SECTIONS.map(({ name, action }) => ({
      id: action,
      run: () =>
        void navigate({ to: '/settings/$section', params: { section: name }, search: keepEnvironment }),
    })),
    ...LOOKS.map(({ id, name, value }) => ({ id, run: () => chooseLook(name, value) })),
    { id: 'key.create', run: () => void navigate({ to: '/keys/new', search: keepEnvironment }) },
    { id: 'key.import', run: () => void navigate({ to: '/keys/import', search: keepEnvironment }) },
    { id: 'view.palette', run: openPalette },
    { id: 'view.find', run: focusFind },
    { id: 'view.timeZone', run: toggle },
    { id: 'view.rail', run: () => togglePane('rail') },
    { id: 'view.inspector', run: () => togglePane('inspector') },
    { id: 'help.shortcuts', run: openHelp },
  ];
  usePageActions(actions);
}
