import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState, ErrorState } from '#renderer/ui/states.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Page>
      <PageHeader title="Not found" />
      <EmptyState title="There is no such page" actions={<Link to="/keys">Go to the keys</Link>}>
        The address may be cut off, or belong to something that was never here.
      </EmptyState>
    </Page>
  );
}

/** A page that broke while drawing; the rest of the application goes on. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Page>
      <PageHeader title="This page failed" />
      <ErrorState
        title="This page could not be shown."
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}
