import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useState, type ReactNode } from 'react';
import type { Key } from '#contract/keys.ts';
import { ApiError } from '#renderer/api/client.ts';
import { useKey } from '#renderer/api/queries.ts';
import { AuditView } from '#renderer/audit/audit-view.tsx';
import { ChildrenTab } from '#renderer/enrolment/children-tab.tsx';
import { policyObstacle } from '#renderer/enrolment/enrolment-words.ts';
import { KeyHandoffs } from '#renderer/handoffs/key-handoffs.tsx';
import { EnforcementNote } from '#renderer/keys/enforcement-note.tsx';
import { RotationBanner } from '#renderer/keys/rotation-banner.tsx';
import { ExpiryNote } from '#renderer/keys/expiry-note.tsx';
import { RotationDueNote } from '#renderer/keys/rotation-due-note.tsx';
import { useKeyActions, type KeyActions } from '#renderer/keys/use-key-actions.tsx';
import { HandoffNotices } from '#renderer/notices/handoff-notices.tsx';
import { QuotaNotices } from '#renderer/notices/quota-notices.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState, Skeleton } from '#renderer/ui/states.tsx';
import { Tabs } from '#renderer/ui/tabs.tsx';
import { EditKeyDialog } from './edit-key-dialog.tsx';
import { KEY_TABS, tabSearch, type KeyDetailSearch, type KeyTab } from './key-detail-search.ts';
import styles from './key-detail.module.css';
import { KeyHeader } from './key-header.tsx';
import { KeyNote } from './key-note.tsx';
import { RequestsTab } from './requests-tab.tsx';
import { ScopesTab } from './scopes-tab.tsx';
import { SecretsTab } from './secrets-tab.tsx';
import { SideFacts } from './side-facts.tsx';
import { TrafficTab } from './traffic-tab.tsx';

/** Everything about one key. */
export function KeyDetailPage() {
  const { keyId } = useParams({ from: '/keys/$keyId' });
  const query = useKey({ keyId });
  if (query.error instanceof ApiError && query.error.code === 'KEY_NOT_FOUND') {
    return (
      <Page>
        <PageHeader title="Key" />
        <EmptyState title="There is no key with this id" actions={<Link to="/keys">Show all keys</Link>}>
          The address may be from another installation.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page>
      {query.data === undefined && (
        <PageHeader title="Key" heading={<Skeleton widthPercent={40} heightPx={28} />} />
      )}
      <AsyncRegion query={query} isBusy={query.isLoading} subject="The key" className={styles.page}>
        {(subject) => <KeyPage subject={subject} />}
      </AsyncRegion>
    </Page>
  );
}

function KeyPage({ subject }: { readonly subject: Key }) {
  const search: KeyDetailSearch = useSearch({ from: '/keys/$keyId' });
  const navigate = useNavigate({ from: '/keys/$keyId' });
  const [isEditing, setEditing] = useState(false);
  const isEdited = isEditing || (search.dialog === 'edit' && policyObstacle(subject) === undefined);
  const actions = useKeyActions();
  // Lists and the endpoint grid need the whole width.
  const hasSide = search.tab === undefined || search.tab === 'traffic';
  const go = useCallback(
    (next: KeyDetailSearch, replace: boolean) => void navigate({ search: next, replace }),
    [navigate],
  );
  const endEditing = () => {
    setEditing(false);
    if (search.dialog === 'edit') go({ ...search, dialog: undefined }, true);
  };
  return (
    <>
      <KeyHeader subject={subject} actions={actions} onEdit={() => setEditing(true)} />
      <div className={hasSide ? styles.columns : undefined}>
        <div className={styles.main}>
          <KeyTabs subject={subject} search={search} actions={actions} onSearch={go} />
        </div>
        {hasSide && (
          <div className={styles.side}>
            {subject.overlap !== null && (
              <RotationBanner subject={subject} overlap={subject.overlap} isWide />
            )}
            <ExpiryNote subject={subject} />
            <RotationDueNote subject={subject} actions={actions} />
            <EnforcementNote keyId={subject.keyId} />
            <HandoffNotices keyId={subject.keyId} />
            <QuotaNotices keyId={subject.keyId} />
            <SideFacts subject={subject} />
          </div>
        )}
      </div>
      {isEdited && <EditKeyDialog subject={subject} onClose={endEditing} />}
      {actions.dialogs}
    </>
  );
}

interface KeyTabsProps {
  readonly subject: Key;
  readonly search: KeyDetailSearch;
  readonly actions: KeyActions;
  readonly onSearch: (search: KeyDetailSearch, replace: boolean) => void;
}

function KeyTabs({ subject, search, actions, onSearch }: KeyTabsProps) {
  const panels: Readonly<Record<KeyTab, ReactNode>> = {
    traffic: <TrafficTab subject={subject} search={search} onSearch={onSearch} />,
    scopes: <ScopesTab subject={subject} shownReplay={search.replay ?? null} />,
    requests: <RequestsTab subject={subject} search={search} onSearch={onSearch} />,
    secrets: <SecretsTab subject={subject} actions={actions} />,
    children: <ChildrenTab subject={subject} />,
    handoffs: (
      <KeyHandoffs
        subject={subject}
        onHandOff={() => actions.handOff(subject)}
        obstacle={actions.obstacle('handOff', subject)}
      />
    ),
    history: (
      <>
        <KeyNote subject={subject} />
        <div className={styles.tall}>
          <AuditView
            search={{ kind: 'key', subject: subject.keyId, event: search.event }}
            onSearch={(next) => onSearch({ ...search, event: next.event }, true)}
            hasFilters={false}
          />
        </div>
      </>
    ),
  };
  return (
    <Tabs
      label="Views of this key"
      value={search.tab ?? 'traffic'}
      onChange={(tab) => onSearch(tabSearch(search, tab), false)}
      tabs={KEY_TABS.map((value) => ({ value, label: TAB_LABELS[value], panel: panels[value] }))}
    />
  );
}

const TAB_LABELS: Readonly<Record<KeyTab, string>> = {
  traffic: 'Traffic',
  scopes: 'Scopes',
  requests: 'Requests',
  secrets: 'Secrets',
  children: 'Children',
  handoffs: 'Handoffs',
  history: 'History',
};
