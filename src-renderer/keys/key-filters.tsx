import { X } from 'lucide-react';
import type { Output } from '#contract/contract.ts';
import { useApplications, usePartners, useScopes } from '#renderer/api/queries.ts';
import { partnerId } from '#contract/ids.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { FindKey } from './find-key.tsx';
import { isFiltered, type KeysSearch } from './keys-search.ts';
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
      <Tokens search={search} onChange={onChange} />
      {isFiltered(search) && (
        <Button
          variant="quiet"
          onClick={() =>
            onChange({
              status: undefined,
              text: undefined,
              partner: undefined,
              application: undefined,
              scope: undefined,
              tag: undefined,
            })
          }
        >
          Clear filters
        </Button>
      )}
    </div>
  );
}

/** Filters that other pages lead here with. */
function Tokens({ search, onChange }: Pick<KeyFiltersProps, 'search' | 'onChange'>) {
  const applications = useApplications({}, { isEnabled: search.application !== undefined });
  const scopes = useScopes({}, { isEnabled: search.scope !== undefined });
  const application = applications.data?.items.find((item) => item.id === search.application)?.name;
  const scope = scopes.data?.items.find((item) => item.id === search.scope)?.name;
  return (
    <>
      {search.application !== undefined && (
        <Token
          words={`Application ${application ?? '…'}`}
          onRemove={() => onChange({ application: undefined })}
        />
      )}
      {search.scope !== undefined && (
        <Token words={`Scope ${scope ?? '…'}`} onRemove={() => onChange({ scope: undefined })} />
      )}
      {search.tag !== undefined && (
        <Token words={`Tag ${search.tag}`} onRemove={() => onChange({ tag: undefined })} />
      )}
    </>
  );
}

function Token({ words, onRemove }: { readonly words: string; readonly onRemove: () => void }) {
  return (
    <span className={styles.token}>
      {words}
      <IconButton label={`Remove filter ${words}`} icon={<X aria-hidden />} onClick={onRemove} />
    </span>
  );
}
