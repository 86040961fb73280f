import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** Settings. */
export function SettingsPage() {
  return (
    <Page>
      <PageHeader title="Settings" />
    </Page>
  );
}
