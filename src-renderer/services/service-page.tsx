import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Service. */
export function ServicePage() {
  return (
    <Page>
      <PageHeader title="Service" />
    </Page>
  );
}
