import { Users } from 'lucide-react';
import { useState } from 'react';
import type { Partner } from '#contract/partners.ts';
import { useOwnerPeople } from '#renderer/api/handoff-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { OwnerPeopleDialog } from './owner-people-dialog.tsx';
import { ROLE_WORDS } from './owner-people-draft.ts';
import styles from './partners.module.css';

/** Everybody who answers for a partner, and its networks. */
export function PartnerPeople({ partner }: { readonly partner: Partner }) {
  const owner = { kind: 'partner', partnerId: partner.id } as const;
  const query = useOwnerPeople({ owner });
  const forbidden = useForbidden()('owners.update');
  const [isEditing, setEditing] = useState(false);
  return (
    <section className={styles.section} aria-labelledby="people">
      <div className={styles.sectionHead}>
        <h2 id="people">People and networks</h2>
        <Button icon={<Users aria-hidden />} disabledReason={forbidden} onClick={() => setEditing(true)}>
          Change people and networks
        </Button>
      </div>
      <AsyncRegion query={query} subject="The people">
        {({ contacts, networks }) => (
          <>
            <PlainTable
              label="People"
              rows={contacts}
              rowKey={({ email }) => email}
              columns={[
                { header: 'For', cell: ({ role }) => ROLE_WORDS[role] },
                { header: 'Name', cell: ({ name }) => name ?? <span className={styles.quiet}>no name</span> },
                { header: 'E-mail', cell: ({ email }) => email },
              ]}
            />
            <p className={styles.line}>
              <span className={styles.quiet}>Networks:</span>
              {networks.length === 0
                ? 'none named'
                : networks.map((network) => <Code key={network}>{network}</Code>)}
            </p>
          </>
        )}
      </AsyncRegion>
      {isEditing && <OwnerPeopleDialog owner={owner} name={partner.name} onClose={() => setEditing(false)} />}
    </section>
  );
}
