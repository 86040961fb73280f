import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Requests. */
export function RequestsPage() {
  return (
    <Page>
      <PageHeader title="Requests" />
    </Page>
  );
}
