import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Create key. */
export function CreateKeyPage() {
  return (
    <Page>
      <PageHeader title="Create key" />
    </Page>
  );
}
