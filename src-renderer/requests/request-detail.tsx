import { Link } from '@tanstack/react-router';
import { appNameOf, isOwnAppName } from '#contract/app-name.ts';
import type { RequestRow } from '#contract/requests.ts';
import { useServices } from '#renderer/api/queries.ts';
import { latency } from '#renderer/format/durations.ts';
import { bytes, count } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Code } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { curlText } from './curl-text.ts';
import { DecisionTrace } from './decision-trace.tsx';
import { RowContext } from './row-context.tsx';
import { RowFixes } from './row-fixes.tsx';
import { OutcomeChip } from './outcome-chip.tsx';
import styles from './requests.module.css';
import { StatusCode } from './status-code.tsx';

/** Everything the log knows of one request. */
export function RequestDetail({ row }: { readonly row: RequestRow }) {
  return (
    <div className={styles.detail}>
      <DecisionTrace key={row.requestId} row={row} />
      <RowFixes key={`fixes ${row.requestId}`} row={row} />
      <section className={styles.stack} aria-label="Facts">
        <h3>Request</h3>
        <Facts>
          <Fact name="Time">
            <AbsoluteTime at={row.at} /> (<RelativeTime at={row.at} />)
          </Fact>
          <Fact name="Outcome">
            <OutcomeChip code={row.code} /> <code className={styles.meta}>{row.code}</code>
          </Fact>
          {row.rule !== null && (
            <Fact name="Rule">
              <Code>{row.rule}</Code>
            </Fact>
          )}
          {row.detail !== null && <Fact name="Detail">{row.detail}</Fact>}
          <Fact name="Key">
            {row.keyId === null ? (
              'No known key'
            ) : (
              <Link to="/keys/$keyId" params={{ keyId: row.keyId }} className={styles.keyLink}>
                <KeyRef keyId={row.keyId} name={row.keyName ?? row.keyId} environment={row.environment} />
              </Link>
            )}
          </Fact>
          {row.secretVersion !== null && <Fact name="Secret">{row.secretVersion}</Fact>}
          {row.partner !== null && (
            <Fact name="Partner">
              {row.partner}
              {row.application === null ? '' : ` / ${row.application}`}
            </Fact>
          )}
          <Fact name="Service">{row.service}</Fact>
          <ReportedFacts row={row} />
          <Fact name="Client address">
            {row.clientIp === null ? 'Not sent' : <Code>{row.clientIp}</Code>}
          </Fact>
          <Fact name="User agent">{row.userAgent ?? 'Not sent'}</Fact>
          <OtherAppFact row={row} />
          {row.tags.length > 0 && <Fact name="Tags">{row.tags.join(', ')}</Fact>}
          <Fact name="Cost">{count(row.cost)}</Fact>
          <Fact name="Request id">
            <Code>{row.requestId}</Code> <CopyButton text={row.requestId} label="Copy request id" />
          </Fact>
        </Facts>
      </section>
      <RowContext key={`context ${row.requestId}`} row={row} />
    </div>
  );
}

/** That a request calls itself something else than the application whose key it came with. */
function OtherAppFact({ row: { tags, application, partner } }: { readonly row: RequestRow }) {
  const name = appNameOf(tags);
  if (name === null || application === null || partner === null) return null;
  if (isOwnAppName(name, { application, partner })) return null;
  return (
    <Fact name="Calls itself">
      <Code>{name}</Code> <Chip tone="warn">Not this key’s application</Chip>
    </Fact>
  );
}

function ReportedFacts({ row }: { readonly row: RequestRow }) {
  return (
    <>
      <Fact name="Status">
        {row.responseStatus === null ? (
          'Not reported by the service'
        ) : (
          <StatusCode status={row.responseStatus} />
        )}
      </Fact>
      {row.durationMs !== null && <Fact name="Duration">{latency(row.durationMs * 1_000)}</Fact>}
      {row.bytes !== null && <Fact name="Size">{bytes(row.bytes)}</Fact>}
      {row.errorCode !== null && (
        <Fact name="Error code">
          <Code>{row.errorCode}</Code>
        </Fact>
      )}
    </>
  );
}

/** Copies of a request: as curl, as JSON, as a link. None holds a key. */
export function RequestCopies({ row }: { readonly row: RequestRow }) {
  const services = useServices();
  const baseUrl = services.data?.items.find((service) => service.id === row.serviceId)?.baseUrl ?? null;
  const link = `${location.href.replace(/#.*$/, '')}#/requests/${encodeURIComponent(row.requestId)}`;
  return (
    <>
      <CopyButton
        text={curlText({ method: row.method, path: row.path, baseUrl })}
        label="Copy as curl"
        shows="Copy as curl"
      />
      <CopyButton text={JSON.stringify(row, null, 2)} label="Copy as JSON" shows="Copy as JSON" />
      <CopyButton text={link} label="Copy link to this request" shows="Copy link" />
    </>
  );
}
