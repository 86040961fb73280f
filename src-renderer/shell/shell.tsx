import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { ConnectionBanner } from './connection-banner.tsx';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useDesktopRoutes } from './use-desktop-routes.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The frame around every page: top bar, rail, page, status bar. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [isRailFolded, setRailFolded] = useState(false);
  useDesktopRoutes();
  useShortcuts({ main, toggleRail: () => setRailFolded((before) => !before) });
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
      <TopBar />
      <Rail />
      <main ref={main} id="main" className={styles.main} tabIndex={-1}>
        <ConnectionBanner />
        <div className={styles.page}>
          <Outlet />
        </div>
      </main>
      <StatusBar />
    </div>
  );
}

/** After going to another page, keyboard and screen reader start at that page, not at the link that led there. */
function useFocusOnNavigation(main: RefObject<HTMLElement | null>, path: string) {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    if (!(main.current?.contains(document.activeElement) ?? false)) main.current?.focus();
  }, [main, path]);
}
