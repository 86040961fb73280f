import { Link, useParams } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { LeakId } from '#contract/ids.ts';
import type { LeakWithTraffic } from '#contract/leaks.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { useLeakReport } from '#renderer/api/commands.ts';
import { useKey, useLeak } from '#renderer/api/queries.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { CallersStep } from './callers-step.tsx';
import { CloseStep } from './close-step.tsx';
import { ContactStep } from './contact-step.tsx';
import { ContainStep } from './contain-step.tsx';
import { ReplaceStep } from './replace-step.tsx';
import { WatchStep } from './watch-step.tsx';
import styles from './leaks.module.css';

/** Attempts with a leaked key are looked for this often. */
const ASK_EVERY_MS = 2_000;

/** One leaked key: steps in any order, each with what it came to. What was done stays when the page is left. */
export function IncidentPage() {
  const { leakId } = useParams({ from: '/leaks/$leakId' });
  const query = useLeak({ leakId }, { everyMs: ASK_EVERY_MS });
  const leak = query.data;
  return (
    <Page>
      <PageHeader
        title={leak === undefined ? 'Leak' : `Leaked: ${leak.keyName}`}
        actions={leak === undefined ? undefined : <ReportButton leakId={leak.id} />}
      >
        <p className={styles.quiet}>
          <Link to="/leaks">All leaks</Link>
        </p>
      </PageHeader>
      {/* Asked every two seconds: only the first time is worth a sign. */}
      <AsyncRegion query={query} isBusy={query.isLoading} subject="The incident" className={styles.incident}>
        {(shown) => <Steps leak={shown} />}
      </AsyncRegion>
    </Page>
  );
}

function Steps({ leak }: { readonly leak: LeakWithTraffic }) {
  const subject = useKey({ keyId: leak.keyId }, { isEnabled: leak.status !== null }).data;
  return (
    <>
      <p className={styles.quiet}>
        Found <AbsoluteTime at={leak.foundAt} /> by {leak.foundBy}
        {leak.place === '' ? '.' : `: ${leak.place}.`}{' '}
        {leak.closedAt === null ? null : (
          <>
            <Chip>Closed</Chip> {leak.closedNote}
          </>
        )}
      </p>
      <ol className={styles.steps}>
        <ContainStep leak={leak} subject={subject} />
        <WatchStep leak={leak} />
        <ReplaceStep leak={leak} subject={subject} />
        <ContactStep leak={leak} contactEmail={subject?.contactEmail ?? ''} />
        <CallersStep leak={leak} subject={subject} />
        <CloseStep leak={leak} />
      </ol>
    </>
  );
}

/** The report is made when it is asked for: its times are those of that moment. */
function ReportButton({ leakId }: { readonly leakId: LeakId }) {
  const report = useLeakReport();
  const { saveFile } = useDesktop();
  const save = async () => {
    const outcome = await report.run({ leakId });
    if (outcome.ok) await saveFile(outcome.data.fileName, outcome.data.markdown, 'text/markdown');
  };
  return (
    <>
      <ErrorNote error={report.error} />
      <Button icon={<Download aria-hidden />} isBusy={report.isRunning} onClick={() => void save()}>
        Save report
      </Button>
    </>
  );
}
