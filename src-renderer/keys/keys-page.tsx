import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { useKeys } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ColumnsMenu } from '#renderer/ui/columns-menu.tsx';
import { WithInspector } from '#renderer/ui/inspector.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState, Skeleton } from '#renderer/ui/states.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { SavedViewsMenu } from '#renderer/views/saved-views-menu.tsx';
import { viewText } from '#renderer/views/view-text.ts';
import { BulkBar } from './bulk-bar.tsx';
import { FoundNote } from './find-key.tsx';
import { KeyFilters } from './key-filters.tsx';
import { KeyInspector } from './key-inspector.tsx';
import { KEY_VIEWS, MOMENTARY } from './key-views.ts';
import { isFiltered, keyFilterOf, keysSearch, NO_FILTERS, type KeysSearch } from './keys-search.ts';
import { KeysTable } from './keys-table.tsx';
import styles from './keys.module.css';
import { RotationsStrip } from './rotations-strip.tsx';
import { useKeyActions } from './use-key-actions.tsx';
import { useKeysList, type KeysList } from './use-keys-list.ts';

const route = getRouteApi('/keys');
const PAGE_ROWS = 200;
const ASK_EVERY_MS = 15_000;

/** Every key: find one, judge its health, act on it or on many. */
export function KeysPage() {
  const search = route.useSearch();
  const environment = useEnvironment();
  const navigate = route.useNavigate();
  const actions = useKeyActions();
  const [found, setFound] = useState<Output<'keys.identify'> | null>(null);
  const change = useCallback(
    (next: Partial<KeysSearch>) =>
      void navigate({
        to: '.',
        search: (before) => ({ ...before, ...next }),
        replace: true,
        // The list scrolls on while the address follows.
        resetScroll: false,
      }),
    [navigate],
  );
  const question = { filter: keyFilterOf(search, environment), sort: search.sort ?? 'name' };
  const keys = useKeys({ ...question, limit: PAGE_ROWS }, { everyMs: ASK_EVERY_MS, keepsPrevious: true });
  const list = useKeysList(keys.data?.pages);
  const create = () => void navigate({ to: '/keys/new' });
  return (
    <Page isFilled>
      <PageHeader
        title="Keys"
        count={list.total === undefined ? undefined : counted(list.total, 'key')}
        actions={<KeysPageActions search={search} layout={list.layout} />}
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
      {list.marks.rows.length > 0 && (
        <BulkBar marks={list.marks} total={list.total ?? 0} question={question} />
      )}
      <WithInspector
        inspector={
          search.key === undefined ? null : (
            <KeyInspector keyId={search.key} actions={actions} onClose={() => change({ key: undefined })} />
          )
        }
      >
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
          {() => (
            <KeysTable
              list={list}
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

interface KeysPageActionsProps {
  readonly search: KeysSearch;
  readonly layout: KeysList['layout'];
}

function KeysPageActions({ search, layout }: KeysPageActionsProps) {
  const { options } = useRouter();
  const navigate = route.useNavigate();
  return (
    <>
      <SavedViewsMenu
        screen="keys"
        builtIn={KEY_VIEWS}
        search={viewText(options.stringifySearch?.(search) ?? '', MOMENTARY)}
        columns={layout.saved}
        onOpen={(view) => {
          if (view.columns !== null) layout.change(view.columns);
          void navigate({
            to: '.',
            search: ({ env }) => ({ ...keysSearch.parse(options.parseSearch?.(view.search) ?? {}), env }),
          });
        }}
      />
      <ColumnsMenu layout={layout} />
      <Link to="/keys/import" className="button-link">
        Import keys
      </Link>
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
        title="No key matches these filters"
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
