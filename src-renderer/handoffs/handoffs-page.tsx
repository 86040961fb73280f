import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { HANDOFF_CHANNELS, HANDOFF_STATES } from '#contract/handoffs.ts';
import { useHandoffCounts } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ListBar } from '#renderer/ui/list-page.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { HandoffList } from './handoff-list.tsx';
import { handoffSearch, isHandoffNarrowed, type HandoffSearch } from './handoff-search.ts';
import { CHANNEL_WORDS, STATE_WORDS } from './handoff-words.ts';
import styles from './handoffs.module.css';
import { IssueUnseenDialog } from './issue-unseen-dialog.tsx';

/** All deliveries of secrets: to whom, how far, and what somebody should look at. */
export function HandoffsPage() {
  const search: HandoffSearch = useSearch({ from: '/handoffs' });
  const navigate = useNavigate({ from: '/handoffs' });
  const counts = useHandoffCounts().data;
  const forbidden = useForbidden()('handoffs.blindIssue');
  const [isIssuing, setIssuing] = useState(false);
  const change = (part: Partial<HandoffSearch>, replace = false) =>
    void navigate({ search: { ...search, ...part }, replace });
  // Then the page says one thing: what this is for, and how it begins.
  const isEmpty = counts?.total === 0 && !isHandoffNarrowed(search);
  const clear = () => void navigate({ search: handoffSearch.parse({}) });
  usePageActions([{ id: 'handoff.issue', disabledReason: forbidden, run: () => setIssuing(true) }]);
  const issue = (
    <>
      <Link to="/handoffs/list" className="button-link">
        Issue to a list
      </Link>
      <Button
        variant="primary"
        icon={<Send aria-hidden />}
        disabledReason={forbidden}
        onClick={() => setIssuing(true)}
      >
        Issue unseen…
      </Button>
    </>
  );
  return (
    <Page isFilled>
      <PageHeader
        title="Handoffs"
        count={counts === undefined || isEmpty ? undefined : countText(counts)}
        actions={isEmpty ? undefined : issue}
      />
      <HandoffList
        search={search}
        onSelect={(id) => change({ id }, true)}
        filters={isEmpty ? null : <Filters search={search} onChange={change} />}
        empty={
          isHandoffNarrowed(search) ? (
            <EmptyState
              title="No handoff matches these filters"
              actions={<Button onClick={clear}>Clear filters</Button>}
            />
          ) : (
            <EmptyState title="Nothing handed off yet" actions={issue}>
              A handoff brings a secret to one person by a link that shows it once. You see whether it was
              opened, revealed and used. It begins where a secret is shown, on the page of a key, or here.
            </EmptyState>
          )
        }
      />
      {isIssuing && <IssueUnseenDialog onClose={() => setIssuing(false)} />}
    </Page>
  );
}

function countText({ total, attention }: { readonly total: number; readonly attention: number }): string {
  return attention === 0
    ? counted(total, 'handoff')
    : `${counted(total, 'handoff')}, ${counted(attention, 'question')}`;
}

const STATES = [
  { value: 'any', label: 'Any state' },
  ...HANDOFF_STATES.map((value) => ({ value, label: STATE_WORDS[value].word })),
] as const;
const CHANNELS = [
  { value: 'any', label: 'Any channel' },
  ...HANDOFF_CHANNELS.map((value) => ({ value, label: CHANNEL_WORDS[value] })),
] as const;

interface FiltersProps {
  readonly search: HandoffSearch;
  readonly onChange: (part: Partial<HandoffSearch>, replace?: boolean) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  return (
    <ListBar role="search" label="Filter handoffs">
      <TextField
        label="Find a handoff"
        hideLabel
        type="search"
        placeholder="Recipient, key or partner"
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
      <Select<(typeof CHANNELS)[number]['value']>
        label="Channel"
        hideLabel
        className={styles.choice}
        value={search.channel ?? 'any'}
        options={CHANNELS}
        onChange={(channel) => onChange({ channel: channel === 'any' ? undefined : channel })}
      />
      <Switch
        label="Only questions"
        isOn={search.attention === 'yes'}
        onChange={(isOn) => onChange({ attention: isOn ? 'yes' : undefined })}
      />
    </ListBar>
  );
}
