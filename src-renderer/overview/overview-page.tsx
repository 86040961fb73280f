import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Overview. */
export function OverviewPage() {
  return (
    <Page>
      <PageHeader title="Overview" />
    </Page>
  );
}
