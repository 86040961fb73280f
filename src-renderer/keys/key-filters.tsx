import type { Output } from '#contract/contract.ts';
import { usePartners } from '#renderer/api/queries.ts';
import { partnerId } from '#contract/ids.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { FilterTokens } from './filter-tokens.tsx';
import { FindKey } from './find-key.tsx';
import { isFiltered, NO_FILTERS, type KeysSearch } from './keys-search.ts';
import { MoreFilters } from './more-filters.tsx';
import styles from './keys.module.css';

const STATUS_OPTIONS = [
  { value: 'default', label: 'Not revoked' },
  { value: 'any', label: 'Any status' },
  { value: 'active', label: 'Active' },
  { value: 'rotating', label: 'Rotating' },
  { value: 'expiring', label: 'Expiring' },
  { value: 'unused', label: 'Unused' },
  { value: 'suspended', label: 'Suspended' },
  { value: 'expired', label: 'Expired' },
  { value: 'revoked', label: 'Revoked' },
] as const;
type StatusOption = (typeof STATUS_OPTIONS)[number]['value'] | 'several';

interface KeyFiltersProps {
  readonly search: KeysSearch;
  readonly onChange: (next: Partial<KeysSearch>) => void;
  readonly onFound: (found: Output<'keys.identify'>) => void;
}

/** The filters of the keys list. All of them live in the address. */
export function KeyFilters({ search, onChange, onFound }: KeyFiltersProps) {
  const partners = usePartners();
  const [status, ...more] = search.status ?? [];
  const shown: StatusOption = more.length > 0 ? 'several' : (status ?? 'default');
  const options: readonly { value: StatusOption; label: string }[] =
    shown === 'several'
      ? [...STATUS_OPTIONS, { value: 'several', label: (search.status ?? []).join(', ') }]
      : STATUS_OPTIONS;
  return (
    <div className={styles.bar} role="search" aria-label="Filter keys">
      <FindKey
        text={search.text ?? ''}
        onText={(text) => onChange({ text: text === '' ? undefined : text })}
        onFound={onFound}
      />
      <Select
        label="Status"
        hideLabel
        isSmall
        className={styles.filter}
        value={shown}
        options={options}
        onChange={(value) => {
          if (value !== 'several') onChange({ status: value === 'default' ? undefined : [value] });
        }}
      />
      <Combobox
        label="Partner"
        hideLabel
        isSmall
        className={styles.filter}
        placeholder="Any partner"
        value={search.partner ?? null}
        options={(partners.data?.items ?? []).map((partner) => ({ value: partner.id, label: partner.name }))}
        onChange={(value) => onChange({ partner: value === null ? undefined : partnerId.parse(value) })}
      />
      <FilterTokens search={search} onChange={onChange} />
      <MoreFilters search={search} onChange={onChange} />
      {isFiltered(search) && (
        <Button variant="quiet" onClick={() => onChange(NO_FILTERS)}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
