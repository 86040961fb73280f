import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { LogOut, PanelLeft, Plus, Search, User } from 'lucide-react';
import { ActivityPopover } from '#renderer/activity/activity-popover.tsx';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { signOut } from '#renderer/api/browser-session.ts';
import { useWhoami } from '#renderer/api/queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { useShownShortcut } from '#renderer/ui/shortcut-context.ts';
import { EnvironmentSwitch } from './environment-switch.tsx';
import styles from './shell.module.css';
import { togglePane } from './use-shell-actions.ts';

/** Mark, environment, and the one thing to create. */
export function TopBar({ onSearch }: { readonly onSearch: () => void }) {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <header className={styles.top}>
      <IconButton
        label="Fold navigation"
        action="view.rail"
        icon={<PanelLeft aria-hidden />}
        onClick={() => togglePane('rail')}
      />
      <Link to="/keys" className={styles.mark} aria-label="Latchkey, all keys">
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden>
          <path fill="currentColor" d="M2 2h3v12H2zM6 4h2v3h1V4h2v5h1V4h2v7H6z" />
        </svg>
        Latchkey
      </Link>
      <EnvironmentSwitch />
      <SearchButton onSearch={onSearch} />
      {/* Where a key is created, the way there is hidden and keeps its place: the search does not jump. */}
      <Button
        variant="primary"
        action="key.create"
        className={path === '/keys/new' ? styles.placeOnly : undefined}
        icon={<Plus aria-hidden />}
        onClick={() => void navigate({ to: '/keys/new', search: (before) => ({ env: before.env }) })}
      >
        Create key
      </Button>
      <ActivityPopover />
      <Account />
    </header>
  );
}

/** Looks like a field: what it opens is one. */
function SearchButton({ onSearch }: { readonly onSearch: () => void }) {
  const shortcut = useShownShortcut('view.palette');
  return (
    <span className={styles.searchPlace}>
      <button type="button" className={styles.search} onClick={onSearch} aria-keyshortcuts={shortcut?.aria}>
        <Search aria-hidden />
        <span className={styles.searchWords}>Search keys, partners, requests, commands</span>
        {shortcut !== null && <kbd aria-hidden>{shortcut.text}</kbd>}
      </button>
    </span>
  );
}

function Account() {
  const { isDesktop } = useDesktop();
  const whoami = useWhoami({ isEnabled: !isDesktop });
  if (isDesktop) return null;
  const who = whoami.data;
  const label = who === undefined ? 'Your session' : `Signed in as ${who.role}`;
  return (
    <Menu
      trigger={<IconButton label={label} icon={<User aria-hidden />} />}
      actions={[
        {
          label: 'Sign out',
          icon: <LogOut aria-hidden />,
          onSelect: () => void signOut().then(() => location.reload()),
        },
      ]}
    />
  );
}
