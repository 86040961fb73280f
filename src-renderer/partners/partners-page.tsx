import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Partner } from '#contract/partners.ts';
import { usePartners } from '#renderer/api/queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { PartnerDialog } from './partner-dialog.tsx';
import styles from './partners.module.css';
import { tierWord } from './tier-words.ts';

const COLUMNS: readonly Column<Partner>[] = [
  {
    id: 'name',
    header: 'Partner',
    track: 'minmax(180px, 2fr)',
    cell: (partner) => <strong className={textStyles.cut}>{partner.name}</strong>,
  },
  {
    id: 'tier',
    header: 'Tier',
    track: '120px',
    cell: (partner) => <Chip>{tierWord(partner.tier)}</Chip>,
  },
  {
    id: 'contact',
    header: 'Contact',
    track: 'minmax(180px, 2fr)',
    cell: (partner) => (
      <span className={textStyles.twoLines}>
        {partner.contactName !== null && <span className={textStyles.cut}>{partner.contactName}</span>}
        <span className={`${textStyles.cut ?? ''} ${styles.quiet ?? ''}`}>{partner.contactEmail}</span>
      </span>
    ),
  },
  {
    id: 'applications',
    header: 'Applications',
    track: '100px',
    align: 'end',
    cell: (partner) => count(partner.applicationCount),
  },
  { id: 'keys', header: 'Keys', track: '80px', align: 'end', cell: (partner) => count(partner.keyCount) },
];

/** All partners, found by name, contact or tier. */
export function PartnersPage() {
  const query = usePartners();
  const search = useSearch({ from: '/partners' });
  const navigate = useNavigate();
  const { say } = useToasts();
  const [isCreating, setIsCreating] = useState(false);
  const text = search.text ?? '';
  const all = query.data?.items;
  const shown = useMemo(() => (all ?? []).filter((partner) => matches(partner, text)), [all, text]);
  const open = (partner: Partner) =>
    void navigate({ to: '/partners/$partnerId', params: { partnerId: partner.id } });
  const isNone = all?.length === 0;
  const actions = <Actions onCreate={() => setIsCreating(true)} />;
  const setText = (next: string) =>
    void navigate({ to: '/partners', search: next === '' ? {} : { text: next }, replace: true });

  return (
    <Page isFilled>
      <PageHeader
        title="Partners"
        count={all === undefined ? undefined : counted(all.length, 'partner')}
        actions={isNone ? undefined : actions}
      >
        {!isNone && <Search text={text} onText={setText} />}
      </PageHeader>
      <AsyncRegion
        query={query}
        subject="The partners"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No partners yet" actions={actions}>
            A partner is an organisation or team whose applications call your services.
          </EmptyState>
        }
      >
        {() =>
          shown.length === 0 ? (
            <EmptyState
              title={`No partner matches “${text}”`}
              actions={<Button onClick={() => setText('')}>Clear search</Button>}
            />
          ) : (
            <VirtualTable
              label="Partners"
              columns={COLUMNS}
              rows={shown}
              rowCount={shown.length}
              rowKey={(partner) => partner.id}
              onSelect={open}
              onOpen={open}
            />
          )
        }
      </AsyncRegion>
      {isCreating && (
        <PartnerDialog
          onClose={() => setIsCreating(false)}
          onDone={(partner) => {
            setIsCreating(false);
            say(`${partner.name} created`);
            open(partner);
          }}
        />
      )}
    </Page>
  );
}

function Actions({ onCreate }: { readonly onCreate: () => void }) {
  return (
    <>
      <Link to="/partners/import" className="button-link">
        Import partners
      </Link>
      <Link to="/partners/onboard" className="button-link">
        Onboard a partner
      </Link>
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={onCreate}>
        New partner
      </Button>
    </>
  );
}

function Search({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  return (
    <TextField
      label="Search partners"
      hideLabel
      isSmall
      type="search"
      placeholder="Search partners"
      className={styles.search}
      value={text}
      onChange={onText}
    />
  );
}

function matches(partner: Partner, text: string): boolean {
  const words = `${partner.name} ${partner.contactName ?? ''} ${partner.contactEmail} ${tierWord(partner.tier)}`;
  return words.toLowerCase().includes(text.trim().toLowerCase());
}
