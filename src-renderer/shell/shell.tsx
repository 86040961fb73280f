import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState, type RefObject } from 'react';
import { useLook } from '#renderer/ui/look.ts';
import { ActionsProvider } from './actions/actions-provider.tsx';
import { useShortcutKeys } from './actions/use-shortcut-keys.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { HelpSheet } from './help-sheet.tsx';
import { PortTrialDialog } from './port-trial.tsx';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useDesktopRoutes } from './use-desktop-routes.ts';
import { useLandmarkKeys } from './use-landmark-keys.ts';
import { useShellActions } from './use-shell-actions.ts';

const loadPalette = () => import('#renderer/palette/palette.tsx');
const Palette = lazy(() => loadPalette().then((file) => ({ default: file.Palette })));
/** After the first page is there the palette is fetched, so that nothing typed behind Ctrl K is lost. */
const PALETTE_AFTER_MS = 1_500;

/** The frame around every page: top bar, rail, page, status bar, and what opens over them. */
export function Shell() {
  return (
    <ActionsProvider>
      <Frame />
    </ActionsProvider>
  );
}

function Frame() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isRailFolded = useLook('rail') === 'folded';
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [palette, setPalette] = useState<'never' | 'open' | 'closed'>('never');
  const openHelp = () => setHelpOpen(true);
  const openPalette = () => setPalette('open');
  useDesktopRoutes();
  useShellActions({ openHelp, openPalette });
  useShortcutKeys();
  useLandmarkKeys();
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), PALETTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useFocusOnNavigation(main, path);
  return (
    <div className={styles.shell} data-rail={isRailFolded ? 'folded' : 'open'}>
      <a
        className={styles.skip}
        href="#main"
        onClick={(event) => {
          // The part behind # is the route: jump without touching it.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <TopBar onSearch={openPalette} />
      <Rail />
      <main ref={main} id="main" className={styles.main} tabIndex={-1}>
        <ConnectionBanner />
        <div className={styles.page}>
          <Outlet />
        </div>
      </main>
      <StatusBar onHelp={openHelp} />
      <PortTrialDialog />
      <HelpSheet isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      {palette !== 'never' && (
        <Suspense>
          <Palette isOpen={palette === 'open'} onClose={() => setPalette('closed')} />
        </Suspense>
      )}
    </div>
  );
}

/** After going to another page, keyboard and screen reader start at that page, not at the link that led there. */
function useFocusOnNavigation(main: RefObject<HTMLElement | null>, path: string) {
  const before = useRef(path);
  useEffect(() => {
    const from = before.current;
    before.current = path;
    // The bare address leads on by itself: nobody has gone anywhere yet.
    if (from === path || from === '/') return;
    if (!(main.current?.contains(document.activeElement) ?? false)) main.current?.focus();
  }, [main, path]);
}
