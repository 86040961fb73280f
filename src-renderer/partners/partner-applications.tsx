import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowRightLeft, FileBadge, Pencil, Plus, Split, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import type { Application, Partner } from '#contract/partners.ts';
import { useDeleteApplication } from '#renderer/api/commands.ts';
import { useApplications } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { ApplicationDialog } from './application-dialog.tsx';
import { DeleteOwnerDialog } from './delete-owner-dialog.tsx';
import { OwnerPeopleDialog } from './owner-people-dialog.tsx';
import { SplitApplicationDialog } from './split-application-dialog.tsx';
import { TransferApplicationDialog } from './transfer-dialogs.tsx';
import styles from './partners.module.css';

/** The applications of a partner; each can be changed, and deleted while it has no key. */
export function Applications({ partner }: { readonly partner: Partner }) {
  const query = useApplications({ partnerId: partner.id });
  const [deleting, setDeleting] = useState<Application | null>(null);
  const [giving, setGiving] = useState<Application | null>(null);
  const [splitting, setSplitting] = useState<Application | null>(null);
  const [editing, setEditing] = useState<Application | 'new' | null>(null);
  const [naming, setNaming] = useState<Application | null>(null);
  const { say } = useToasts();
  const navigate = useNavigate();
  const add = (
    <Button icon={<Plus aria-hidden />} onClick={() => setEditing('new')}>
      New application
    </Button>
  );
  return (
    <section className={styles.section} aria-labelledby="applications">
      <div className={styles.sectionHead}>
        <h2 id="applications">Applications</h2>
        {add}
      </div>
      <AsyncRegion
        query={query}
        subject="The applications"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No applications yet">
            An application is one integration of this partner; it holds the keys.
          </EmptyState>
        }
      >
        {(data) => (
          <ApplicationTable
            items={data.items}
            onEdit={setEditing}
            onPapers={({ id }) =>
              void navigate({ to: '/partners/papers/$applicationId', params: { applicationId: id } })
            }
            onPeople={setNaming}
            onGive={setGiving}
            onSplit={setSplitting}
            onDelete={setDeleting}
          />
        )}
      </AsyncRegion>
      {editing !== null && (
        <ApplicationDialog
          partnerId={partner.id}
          contactEmail={partner.contactEmail}
          {...(editing === 'new' ? {} : { application: editing })}
          onClose={() => setEditing(null)}
          onDone={(application) => {
            setEditing(null);
            say(`${application.name} saved`);
          }}
        />
      )}
      {naming !== null && (
        <OwnerPeopleDialog
          owner={{ kind: 'application', applicationId: naming.id }}
          name={naming.name}
          onClose={() => setNaming(null)}
        />
      )}
      {giving !== null && <TransferApplicationDialog application={giving} onClose={() => setGiving(null)} />}
      {splitting !== null && (
        <SplitApplicationDialog application={splitting} onClose={() => setSplitting(null)} />
      )}
      {deleting !== null && <DeleteApplication application={deleting} onClose={() => setDeleting(null)} />}
    </section>
  );
}

interface DeleteApplicationProps {
  readonly application: Application;
  readonly onClose: () => void;
}

function DeleteApplication({ application, onClose }: DeleteApplicationProps) {
  const remove = useDeleteApplication();
  const { say } = useToasts();
  const destroy = async () => {
    const outcome = await remove.run({ applicationId: application.id });
    if (!outcome.ok) return;
    say(`${application.name} deleted`);
    onClose();
  };
  return (
    <DeleteOwnerDialog
      what="application"
      name={application.name}
      held={{ applicationId: application.id }}
      description="There is no key of it. This cannot be undone; its slug can be used again."
      isBusy={remove.isRunning}
      error={remove.error}
      onConfirm={() => void destroy()}
      onCancel={onClose}
    />
  );
}

interface ApplicationTasks {
  readonly onEdit: (application: Application) => void;
  readonly onPapers: (application: Application) => void;
  readonly onPeople: (application: Application) => void;
  readonly onGive: (application: Application) => void;
  readonly onSplit: (application: Application) => void;
  readonly onDelete: (application: Application) => void;
}

function ApplicationTable(props: ApplicationTasks & { readonly items: readonly Application[] }) {
  return (
    <PlainTable
      rows={props.items}
      rowKey={(application) => application.id}
      columns={[
        {
          header: 'Application',
          cell: (application) => (
            <>
              <strong>{application.name}</strong>
              {application.note !== '' && <div className={styles.quiet}>{application.note}</div>}
            </>
          ),
        },
        { header: 'Slug', cell: (application) => <Code>{application.slug}</Code> },
        { header: 'Contact', cell: (application) => application.contactEmail },
        {
          header: 'Keys',
          align: 'end',
          cell: (application) => (
            <Link to="/keys" search={{ application: application.id }}>
              {counted(application.keyCount, 'key')}
            </Link>
          ),
        },
        {
          header: 'Actions',
          hidesHeader: true,
          align: 'end',
          cell: (application) => <ApplicationActions application={application} {...props} />,
        },
      ]}
    />
  );
}

function ApplicationActions({
  application,
  ...props
}: ApplicationTasks & { readonly application: Application }) {
  const forbidden = useForbidden()('applications.delete');
  return (
    <span className={styles.rowActions}>
      <IconButton
        label={`Edit ${application.name}`}
        icon={<Pencil aria-hidden />}
        onClick={() => props.onEdit(application)}
      />
      <IconButton
        label={`Attestation and note of ${application.name}`}
        icon={<FileBadge aria-hidden />}
        onClick={() => props.onPapers(application)}
      />
      <IconButton
        label={`People and networks of ${application.name}`}
        icon={<Users aria-hidden />}
        disabledReason={forbidden}
        onClick={() => props.onPeople(application)}
      />
      <IconButton
        label={`Split ${application.name}`}
        icon={<Split aria-hidden />}
        disabledReason={forbidden}
        onClick={() => props.onSplit(application)}
      />
      <IconButton
        label={`Give ${application.name} to another partner`}
        icon={<ArrowRightLeft aria-hidden />}
        disabledReason={forbidden}
        onClick={() => props.onGive(application)}
      />
      <IconButton
        label={`Delete ${application.name}`}
        icon={<Trash2 aria-hidden />}
        disabledReason={forbidden}
        onClick={() => props.onDelete(application)}
      />
    </span>
  );
}
