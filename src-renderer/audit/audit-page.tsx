import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { AuditExport } from './audit-export.tsx';
import { auditFilterOf, type AuditSearch } from './audit-search.ts';
import { AuditView } from './audit-view.tsx';
import { useChainCheck } from './verify-chain.tsx';

/** The audit trail: who did what, and the proof that nothing was altered. */
export function AuditPage() {
  const search: AuditSearch = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const chain = useChainCheck();
  return (
    <Page isFilled>
      <PageHeader
        title="Audit trail"
        actions={
          <>
            {chain.button}
            <AuditExport filter={auditFilterOf(search)} />
          </>
        }
      >
        {chain.banner}
      </PageHeader>
      <AuditView
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: next.event !== search.event })}
      />
    </Page>
  );
}
