import { useNavigate, useSearch } from '@tanstack/react-router';
import { Settings2 } from 'lucide-react';
import { useState } from 'react';
import { ACCESS_REQUEST_STATES } from '#contract/access-requests.ts';
import { useAccessCounts } from '#renderer/api/access-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { ListBar } from '#renderer/ui/list-page.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { AccessList } from './access-list.tsx';
import { accessFilterOf, accessSearch, type AccessSearch } from './access-search.ts';
import { AccessSettingsDialog } from './access-settings-dialog.tsx';
import { STATE_WORDS } from './access-words.ts';
import styles from './access.module.css';

/** Everybody who asks for a key, and what became of it. */
export function AccessRequestsPage() {
  const search: AccessSearch = useSearch({ from: '/access-requests' });
  const navigate = useNavigate({ from: '/access-requests' });
  const counts = useAccessCounts().data;
  const forbidden = useForbidden()('accessRequests.updateSettings');
  const [isSetting, setSetting] = useState(false);
  const change = (part: Partial<AccessSearch>, replace = false) =>
    void navigate({ search: { ...search, ...part }, replace });
  const isNarrowed = Object.keys(accessFilterOf(search)).length > 0;
  // Then the page says one thing: where people ask.
  const isEmpty = counts?.all === 0 && !isNarrowed;
  const pageUrl = counts?.pageUrl ?? '';
  return (
    <Page isFilled>
      <PageHeader
        title="Key requests"
        count={counts === undefined || isEmpty ? undefined : counted(counts.open, 'open request')}
        actions={
          <>
            {!isEmpty && <CopyButton text={pageUrl} label="Copy address of the form" shows="Copy address" />}
            <Button
              icon={<Settings2 aria-hidden />}
              disabledReason={forbidden}
              onClick={() => setSetting(true)}
            >
              How people ask…
            </Button>
          </>
        }
      />
      <AccessList
        search={search}
        onSelect={(id) => change({ id }, true)}
        filters={isEmpty ? null : <Filters search={search} onChange={change} />}
        empty={
          isNarrowed ? (
            <EmptyState
              title="No request matches these filters"
              actions={
                <Button onClick={() => void navigate({ search: accessSearch.parse({}) })}>
                  Clear filters
                </Button>
              }
            />
          ) : (
            <EmptyState
              title="Nobody has asked for a key yet"
              actions={<CopyButton text={pageUrl} label="Copy address of the form" shows="Copy address" />}
            >
              Every refusal leads to this page, and you can send it to anybody: <code>{pageUrl}</code>
            </EmptyState>
          )
        }
      />
      {isSetting && <AccessSettingsDialog onClose={() => setSetting(false)} />}
    </Page>
  );
}

const STATES = [
  { value: 'any', label: 'Any state' },
  ...ACCESS_REQUEST_STATES.map((value) => ({ value, label: STATE_WORDS[value].word })),
] as const;

interface FiltersProps {
  readonly search: AccessSearch;
  readonly onChange: (part: Partial<AccessSearch>, replace?: boolean) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  return (
    <ListBar role="search" label="Filter key requests">
      <TextField
        label="Find a request"
        hideLabel
        type="search"
        placeholder="Name, contact or reference"
        className={styles.find}
        value={search.text ?? ''}
        onChange={(text) => onChange({ text: text === '' ? undefined : text }, true)}
      />
      <Select<(typeof STATES)[number]['value']>
        label="State"
        hideLabel
        className={styles.choice}
        value={search.state ?? 'any'}
        options={STATES}
        onChange={(state) => onChange({ state: state === 'any' ? undefined : state })}
      />
    </ListBar>
  );
}
