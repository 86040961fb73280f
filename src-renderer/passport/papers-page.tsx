import { Link, useParams } from '@tanstack/react-router';
import { Download, Printer } from 'lucide-react';
import type { ApplicationPapers } from '#contract/application-papers.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useApplicationPapers } from '#renderer/api/queries.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Code, CodeBlock } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import styles from './passport.module.css';

/** What can be shown to others about an application: the attestation for a review, and the note for people who are new to it. */
export function PapersPage() {
  const { applicationId } = useParams({ from: '/partners/papers/$applicationId' });
  const query = useApplicationPapers({ applicationId });
  const { data } = query;
  return (
    <Page>
      <PageHeader
        title={data === undefined ? 'Attestation' : `Attestation: ${data.applicationName}`}
        actions={data === undefined ? undefined : <Actions papers={data} />}
      >
        <p className={styles.screenOnly}>
          <Link to="/partners">All partners</Link>
        </p>
      </PageHeader>
      <AsyncRegion query={query} subject="The attestation">
        {(papers) => (
          <>
            <Attestation papers={papers} />
            <Note papers={papers} />
          </>
        )}
      </AsyncRegion>
    </Page>
  );
}

function Actions({ papers }: { readonly papers: ApplicationPapers }) {
  const { saveFile } = useDesktop();
  const save = () => void saveFile(papers.fileName, papers.attestation, 'text/markdown');
  return (
    <span className={classNames(styles.buttons, styles.screenOnly)}>
      <CopyButton text={papers.attestation} label="Copy Markdown of the attestation" shows="Copy Markdown" />
      <Button icon={<Download aria-hidden />} onClick={save}>
        Save Markdown
      </Button>
      <Button icon={<Printer aria-hidden />} onClick={() => window.print()}>
        Print
      </Button>
    </span>
  );
}

function Attestation({ papers }: { readonly papers: ApplicationPapers }) {
  const { statement, applicationName, partnerName, contactEmail, madeAt, keys, isCut, builds } = papers;
  return (
    <article className={styles.paper} aria-label="Attestation">
      <p>
        <strong>{statement}</strong>
      </p>
      <Facts>
        <Fact name="Application">{applicationName}</Fact>
        <Fact name="Partner">{partnerName}</Fact>
        <Fact name="Contact">{contactEmail}</Fact>
        <Fact name="As of">
          <AbsoluteTime at={madeAt} />
        </Fact>
      </Facts>
      <section className={classNames(styles.part, styles.long)} aria-label="Keys of its own">
        <h2>Keys of its own</h2>
        {keys.length === 0 ? (
          <p>None.</p>
        ) : (
          <div className={styles.scroll}>
            <PlainTable
              label="Keys of its own"
              rows={keys}
              rowKey={({ keyId }) => keyId}
              columns={KEY_COLUMNS}
            />
          </div>
        )}
        {isCut && <p>There are more keys than are listed here.</p>}
      </section>
      <section className={styles.part} aria-label="Versions and commits seen">
        <h2>Versions and commits seen</h2>
        {builds.length === 0 ? (
          <p>None: its requests name no version, commit or repository.</p>
        ) : (
          <PlainTable
            label="Versions and commits seen"
            rows={builds}
            rowKey={({ field, value }) => `${field}=${value}`}
            columns={BUILD_COLUMNS}
          />
        )}
      </section>
    </article>
  );
}

const KEY_COLUMNS: readonly PlainColumn<ApplicationPapers['keys'][number]>[] = [
  {
    header: 'Key',
    cell: ({ keyId, name, hint }) => (
      <>
        <Link to="/keys/$keyId" params={{ keyId }}>
          {name}
        </Link>{' '}
        <Code>{hint}</Code>
      </>
    ),
  },
  { header: 'Environment', cell: ({ environment }) => environment },
  { header: 'State', cell: ({ status }) => <StatusChip status={status} /> },
  {
    header: 'Last used',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <RelativeTime at={lastUsedAt} />),
  },
  {
    header: 'Expires',
    cell: ({ expiresAt }) => (expiresAt === null ? 'never' : <AbsoluteTime at={expiresAt} />),
  },
];

const BUILD_COLUMNS: readonly PlainColumn<ApplicationPapers['builds'][number]>[] = [
  { header: 'What', cell: ({ field }) => field },
  { header: 'Value', cell: ({ value }) => <Code>{value}</Code> },
  { header: 'Last seen', cell: ({ lastAt }) => <RelativeTime at={lastAt} /> },
];

function Note({ papers }: { readonly papers: ApplicationPapers }) {
  return (
    <section
      className={classNames(styles.paper, styles.part, styles.screenOnly, styles.apart)}
      aria-label="Note for new people"
    >
      <h2>Note for new people</h2>
      <p>Steps to a key of one’s own, ready for a ticket. It holds no secret.</p>
      <CodeBlock code={papers.onboardingNote} label="note" />
    </section>
  );
}
