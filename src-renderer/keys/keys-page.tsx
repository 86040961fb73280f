import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Keys. */
export function KeysPage() {
  return (
    <Page>
      <PageHeader title="Keys" />
    </Page>
  );
}
