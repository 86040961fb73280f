import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Audit trail. */
export function AuditPage() {
  return (
    <Page>
      <PageHeader title="Audit trail" />
    </Page>
  );
}
