import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Key. */
export function KeyDetailPage() {
  return (
    <Page>
      <PageHeader title="Key" />
    </Page>
  );
}
