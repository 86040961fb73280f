import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import type { Output } from '#contract/contract.ts';
import type { KeySummary } from '#contract/keys.ts';
import { useKeys } from '#renderer/api/queries.ts';
import { useNow } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { WithInspector } from '#renderer/ui/inspector.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState, Skeleton } from '#renderer/ui/states.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { SavedViewsMenu } from '#renderer/views/saved-views-menu.tsx';
import { viewText } from '#renderer/views/view-text.ts';
import { FoundNote } from './find-key.tsx';
import { keyColumns } from './key-columns.tsx';
import { KeyFilters } from './key-filters.tsx';
import { KeyInspector } from './key-inspector.tsx';
import { KEY_VIEWS, MOMENTARY } from './key-views.ts';
import {
  isFiltered,
  keyFilterOf,
  keysSearch,
  NO_FILTERS,
  sortChange,
  type KeysSearch,
} from './keys-search.ts';
import styles from './keys.module.css';
import { RotationsStrip } from './rotations-strip.tsx';
import { useKeyActions, type KeyActions } from './use-key-actions.tsx';
import { useVisibleUsage } from './use-visible-usage.ts';

const route = getRouteApi('/keys');
const PAGE_ROWS = 200;
const ASK_EVERY_MS = 15_000;

/** Every key: find one, judge its health, act on it. */
export function KeysPage() {
  const search = route.useSearch();
  const environment = useEnvironment();
  const navigate = route.useNavigate();
  const actions = useKeyActions();
  const [found, setFound] = useState<Output<'keys.identify'> | null>(null);
  const change = useCallback(
    (next: Partial<KeysSearch>) =>
      void navigate({ to: '.', search: (before) => ({ ...before, ...next }), replace: true }),
    [navigate],
  );
  const keys = useKeys(
    { filter: keyFilterOf(search, environment), sort: search.sort ?? 'name', limit: PAGE_ROWS },
    { everyMs: ASK_EVERY_MS, keepsPrevious: true },
  );
  const total = keys.data?.pages[0]?.total;
  const create = () => void navigate({ to: '/keys/new' });
  const inspector = search.key !== undefined && (
    <KeyInspector keyId={search.key} actions={actions} onClose={() => change({ key: undefined })} />
  );
  return (
    <Page isFilled>
      <PageHeader
        title="Keys"
        count={total === undefined ? undefined : counted(total, 'key')}
        actions={
          <>
            <KeyViews search={search} />
            <Link to="/keys/import" className="button-link">
              Import keys
            </Link>
          </>
        }
      >
        <KeyFilters
          search={search}
          onChange={change}
          onFound={(result) => {
            setFound(result);
            const [only, ...others] = result.matches;
            if (only !== undefined && others.length === 0) change({ key: only.keyId });
          }}
        />
        {found !== null && (
          <FoundNote found={found} onShow={(key) => change({ key })} onClose={() => setFound(null)} />
        )}
        <RotationsStrip />
      </PageHeader>
      <WithInspector inspector={inspector === false ? null : inspector}>
        <AsyncRegion
          className={styles.listFrame}
          query={keys}
          subject="The keys"
          skeleton={<SkeletonRows />}
          isEmpty={({ pages }) => (pages[0]?.items.length ?? 0) === 0}
          empty={
            <NoKeys isFiltered={isFiltered(search)} onCreate={create} onClear={() => change(NO_FILTERS)} />
          }
        >
          {({ pages }) => (
            <KeysTable
              pages={pages}
              search={search}
              actions={actions}
              onChange={change}
              onEndReached={() => {
                if (keys.hasNextPage && !keys.isFetchingNextPage) void keys.fetchNextPage();
              }}
            />
          )}
        </AsyncRegion>
      </WithInspector>
      {actions.dialogs}
    </Page>
  );
}

/** The saved views of this list. */
function KeyViews({ search }: { readonly search: KeysSearch }) {
  const { options } = useRouter();
  const navigate = route.useNavigate();
  const text = viewText(options.stringifySearch?.(search) ?? '', MOMENTARY);
  return (
    <SavedViewsMenu
      screen="keys"
      builtIn={KEY_VIEWS}
      search={text}
      columns={null}
      onOpen={(view) =>
        void navigate({
          to: '.',
          search: ({ env }) => ({ ...keysSearch.parse(options.parseSearch?.(view.search) ?? {}), env }),
        })
      }
    />
  );
}

interface KeysTableProps {
  readonly pages: readonly Output<'keys.list'>[];
  readonly search: KeysSearch;
  readonly actions: KeyActions;
  readonly onChange: (next: Partial<KeysSearch>) => void;
  readonly onEndReached: () => void;
}

function KeysTable({ pages, search, actions, onChange, onEndReached }: KeysTableProps) {
  const navigate = useNavigate();
  const nowMs = useNow(15_000);
  const { onDrawn, usageOf } = useVisibleUsage();
  const rows = useMemo(() => pages.flatMap((page) => page.items), [pages]);
  const [menu, setMenu] = useState<{ readonly key: KeySummary; readonly anchor: Element } | null>(null);
  const columns = useMemo(
    () => keyColumns({ nowMs, usageOf, onMenu: (key, anchor) => setMenu({ key, anchor }) }),
    [nowMs, usageOf],
  );
  const open = (key: KeySummary) => void navigate({ to: '/keys/$keyId', params: { keyId: key.keyId } });
  const pressed = (event: KeyboardEvent, key: KeySummary) => {
    const task =
      event.key === 'r'
        ? ('rotate' as const)
        : event.key === 's'
          ? ('suspend' as const)
          : event.key === 'Delete' && event.shiftKey
            ? ('revoke' as const)
            : null;
    if (event.key === 'Escape') onChange({ key: undefined });
    if (event.key === 'e') open(key);
    if (event.key === '.' || event.key === 'ContextMenu') {
      const row = event.currentTarget.querySelector(`[data-key="${key.keyId}"]`);
      if (row !== null) setMenu({ key, anchor: row });
    }
    if (task === null || actions.obstacle(task, key) !== undefined) return;
    event.preventDefault();
    actions[task](key);
  };
  return (
    <>
      <VirtualTable
        label="Keys"
        columns={columns}
        rows={rows}
        rowCount={pages[0]?.total ?? rows.length}
        rowKey={(key) => key.keyId}
        rowTone={(key) => (key.status === 'revoked' || key.status === 'expired' ? 'ended' : undefined)}
        selectedKey={search.key ?? null}
        onSelect={(key) => onChange({ key: key.keyId })}
        onOpen={open}
        onRowKey={pressed}
        sort={search.sort ?? 'name'}
        onSort={(sort) => onChange(sortChange(sort))}
        onEndReached={onEndReached}
        onDrawn={onDrawn}
      />
      <Menu
        anchor={menu?.anchor ?? null}
        onClose={() => setMenu(null)}
        actions={menu === null ? [] : actions.menuOf(menu.key)}
      />
    </>
  );
}

function SkeletonRows() {
  return (
    <div aria-hidden>
      {Array.from({ length: 12 }, (_, index) => (
        <div key={index} className={styles.skeletonRow}>
          <Skeleton widthPercent={30} />
          <Skeleton widthPercent={10} />
          <Skeleton widthPercent={18} />
          <Skeleton widthPercent={8} />
        </div>
      ))}
    </div>
  );
}

interface NoKeysProps {
  readonly isFiltered: boolean;
  readonly onCreate: () => void;
  readonly onClear: () => void;
}

function NoKeys({ isFiltered: hasFilters, onCreate, onClear }: NoKeysProps) {
  if (hasFilters) {
    return (
      <EmptyState
        title="No key matches these filters."
        actions={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <EmptyState
      title="No keys yet"
      actions={
        <>
          <Link to="/keys/import" className="button-link">
            Import keys
          </Link>
          <Button variant="primary" icon={<Plus aria-hidden />} onClick={onCreate}>
            Create key
          </Button>
        </>
      }
    >
      A key lets one application of a partner call exactly the endpoints you choose.
    </EmptyState>
  );
}
