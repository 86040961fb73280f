import { PanelLeft, Radio } from 'lucide-react';
import { useKeysPage, usePartners, useServices } from '#renderer/api/queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { barText, withBarText } from './bar-text.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import styles from './explorer.module.css';
import { QueryBar } from './query-bar.tsx';
import type { KnownValues } from './query-completion.ts';
import { RangeFilter } from './range-filter.tsx';
import type { RequestSearch } from './request-search.ts';

interface LogToolbarProps {
  readonly search: RequestSearch;
  readonly onSearch: (search: RequestSearch) => void;
  readonly isOneKey: boolean;
  readonly hasFacets: boolean;
  readonly onFacets: (isShown: boolean) => void;
}

/** Names that completion knows of. */
const KEYS_KNOWN = 100;

/** Query, range, and how the log is shown. */
export function LogToolbar({ search, onSearch, isOneKey, hasFacets, onFacets }: LogToolbarProps) {
  const known = useKnownValues(isOneKey);
  const isLive = search.live === 'on';
  return (
    <div className={styles.toolbar} role="group" aria-label="Filters">
      <QueryBar
        value={barText(search)}
        onCommit={(text) => {
          if (text !== barText(search)) onSearch(withBarText(search, text));
        }}
        known={known}
      />
      {!isLive && <RangeFilter search={search} onSearch={onSearch} />}
      {!isLive && (
        <Button
          icon={<PanelLeft aria-hidden />}
          aria-pressed={hasFacets}
          onClick={() => onFacets(!hasFacets)}
        >
          Facets
        </Button>
      )}
      <ColumnsMenu cols={search.cols} isOneKey={isOneKey} onCols={(cols) => onSearch({ ...search, cols })} />
      <Button
        icon={<Radio aria-hidden />}
        aria-pressed={isLive}
        action="requests.live"
        onClick={() => onSearch({ ...search, live: isLive ? undefined : 'on' })}
      >
        Live tail
      </Button>
    </div>
  );
}

function useKnownValues(isOneKey: boolean): KnownValues {
  const services = useServices().data?.items ?? [];
  const partners = usePartners({}, { isEnabled: !isOneKey }).data?.items ?? [];
  const keys = useKeysPage({ limit: KEYS_KNOWN }, { isEnabled: !isOneKey }).data?.items ?? [];
  const named = (items: readonly { readonly id: string; readonly name: string }[]) =>
    items.map(({ id, name }) => ({ insert: id, label: name }));
  return {
    service: named(services),
    partner: named(partners),
    key: keys.map(({ keyId, name }) => ({ insert: keyId, label: name })),
  };
}
