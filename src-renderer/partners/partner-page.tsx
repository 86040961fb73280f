import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Newspaper, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { KeySummary } from '#contract/keys.ts';
import type { Partner } from '#contract/partners.ts';
import { useDeletePartner } from '#renderer/api/commands.ts';
import { useKeysPage, usePartner } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { OnboardingFact } from '#renderer/onboarding/onboarding-fact.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { DigestDialog } from './digest-dialog.tsx';
import { DeleteOwnerDialog } from './delete-owner-dialog.tsx';
import { Applications } from './partner-applications.tsx';
import { PartnerPeople } from './owner-people.tsx';
import { PartnerDialog } from './partner-dialog.tsx';
import styles from './partners.module.css';
import { RecipientKey } from './recipient-key.tsx';
import { tierWord } from './tier-words.ts';

const KEYS_SHOWN = 50;

/** One partner: who they are, their applications and keys. */
export function PartnerPage() {
  const { partnerId } = useParams({ from: '/partners/$partnerId' });
  const query = usePartner({ partnerId });
  return (
    <Page>
      <AsyncRegion query={query} subject="The partner">
        {(partner) => <PartnerView partner={partner} />}
      </AsyncRegion>
    </Page>
  );
}

function PartnerView({ partner }: { readonly partner: Partner }) {
  const [isEditing, setIsEditing] = useState(false);
  const [isReading, setIsReading] = useState(false);
  const { say } = useToasts();
  return (
    <>
      <PageHeader
        title={partner.name}
        count={tierWord(partner.tier)}
        actions={
          <>
            <Button icon={<Pencil aria-hidden />} onClick={() => setIsEditing(true)}>
              Edit partner
            </Button>
            <Button icon={<Newspaper aria-hidden />} onClick={() => setIsReading(true)}>
              Weekly digest
            </Button>
            <DeletePartner partner={partner} />
          </>
        }
      >
        <p>
          <Link to="/partners">All partners</Link>
        </p>
      </PageHeader>
      <div className={styles.two}>
        <Facts>
          <Fact name="Contact">{partner.contactName ?? 'No name given'}</Fact>
          <Fact name="E-mail">{partner.contactEmail}</Fact>
          <Fact name="Since">
            <RelativeTime at={partner.createdAt} />
          </Fact>
          <Fact name="Recipient key">
            <RecipientKey partner={partner} />
          </Fact>
          <Fact name="Keys">{counted(partner.keyCount, 'key')} not revoked</Fact>
          <OnboardingFact partnerId={partner.id} />
        </Facts>
        {partner.note !== '' && <p className={styles.note}>{partner.note}</p>}
      </div>
      <PartnerPeople partner={partner} />
      <Applications partner={partner} />
      <Keys partner={partner} />
      {isReading && <DigestDialog partner={partner} onClose={() => setIsReading(false)} />}
      {isEditing && (
        <PartnerDialog
          partner={partner}
          onClose={() => setIsEditing(false)}
          onDone={() => {
            setIsEditing(false);
            say('Partner saved');
          }}
        />
      )}
    </>
  );
}

function DeletePartner({ partner }: { readonly partner: Partner }) {
  const forbidden = useForbidden();
  const navigate = useNavigate();
  const remove = useDeletePartner();
  const [isAsking, setIsAsking] = useState(false);
  const { say } = useToasts();
  const destroy = async () => {
    const outcome = await remove.run({ partnerId: partner.id });
    if (!outcome.ok) return;
    say(`${partner.name} deleted`);
    void navigate({ to: '/partners' });
  };
  const applications = counted(partner.applicationCount, 'application');
  return (
    <>
      <Button
        variant="danger"
        disabledReason={forbidden('partners.delete')}
        onClick={() => setIsAsking(true)}
      >
        Delete…
      </Button>
      {isAsking && (
        <DeleteOwnerDialog
          what="partner"
          name={partner.name}
          held={{ partnerId: partner.id }}
          description={`There is no key of it. ${applications} of it ${partner.applicationCount === 1 ? 'goes' : 'go'} too. This cannot be undone.`}
          isBusy={remove.isRunning}
          error={remove.error}
          onConfirm={() => void destroy()}
          onCancel={() => {
            setIsAsking(false);
            remove.reset();
          }}
        />
      )}
    </>
  );
}

const KEY_COLUMNS: readonly PlainColumn<KeySummary>[] = [
  {
    header: 'Key',
    cell: (key) => (
      <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
        <KeyRef keyId={key.keyId} name={key.name} environment={key.environment} detail={key.hint} />
      </Link>
    ),
  },
  { header: 'Status', cell: (key) => <StatusChip status={key.status} /> },
  { header: 'Application', cell: (key) => key.applicationName },
  {
    header: 'Last used',
    cell: (key) => (key.lastUsedAt === null ? 'never' : <RelativeTime at={key.lastUsedAt} />),
  },
];

function Keys({ partner }: { readonly partner: Partner }) {
  const environment = useEnvironment();
  const query = useKeysPage({
    filter: { partnerId: partner.id, ...(environment === null ? {} : { environment }) },
    limit: KEYS_SHOWN,
  });
  return (
    <section className={styles.section} aria-labelledby="keys">
      <div className={styles.sectionHead}>
        <h2 id="keys">Keys</h2>
        <Link to="/keys/new" search={{ partner: partner.id }} className="button-link">
          Create key
        </Link>
      </div>
      <AsyncRegion
        query={query}
        subject="The keys"
        isEmpty={(data) => data.items.length === 0}
        empty={<EmptyState title="No keys yet">Keys of this partner’s applications appear here.</EmptyState>}
      >
        {(data) => (
          <>
            <PlainTable rows={data.items} rowKey={(key) => key.keyId} columns={KEY_COLUMNS} />
            {data.total > data.items.length && (
              <p>
                <Link to="/keys" search={{ partner: partner.id, status: ['any'] }}>
                  All {counted(data.total, 'key')}
                </Link>
              </p>
            )}
          </>
        )}
      </AsyncRegion>
    </section>
  );
}
