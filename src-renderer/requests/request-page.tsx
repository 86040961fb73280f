import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Request. */
export function RequestPage() {
  return (
    <Page>
      <PageHeader title="Request" />
    </Page>
  );
}
