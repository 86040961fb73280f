import { Check, EyeOff, X } from 'lucide-react';
import type { GatewayTestResult, GatewayTestRow } from '#contract/gateways.ts';
import { latency } from '#renderer/format/durations.ts';
import { Chip, type ChipTone } from '#renderer/ui/chip.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import {
  expectedText,
  resultText,
  seenText,
  summaryText,
  verdictOf,
  VERDICT_WORDS,
  type Verdict,
} from './gateway-words.ts';
import styles from './gateways.module.css';

const VERDICTS: Readonly<Record<Verdict, { readonly tone: ChipTone; readonly Icon: typeof Check }>> = {
  right: { tone: 'ok', Icon: Check },
  wrong: { tone: 'danger', Icon: X },
  unseen: { tone: 'plain', Icon: EyeOff },
};

const COLUMNS: readonly PlainColumn<GatewayTestRow>[] = [
  { header: 'Sent', cell: (row) => row.label },
  {
    header: 'Request',
    cell: (row) => (
      <code className={styles.request}>
        {row.method} {row.path}
      </code>
    ),
  },
  { header: 'Expected', cell: expectedText },
  { header: 'Seen', cell: seenText },
  { header: 'Result', cell: (row) => <VerdictChip verdict={verdictOf(row)} /> },
  { header: 'Took', align: 'end', cell: (row) => latency(row.durationMs * 1_000) },
];

interface TestResultProps {
  /** The proxy that was tested. */
  readonly url: string;
  readonly result: GatewayTestResult;
}

/** The matrix of one run: every request with what should have come back and what did. */
export function TestResult({ url, result }: TestResultProps) {
  return (
    <div className={styles.part}>
      <div className={classNames(styles.summary, !result.isOk && styles.failed)}>
        <strong>{summaryText(result)}</strong>
        <span>in {latency(result.durationMs * 1_000)}</span>
        <span className={styles.push}>
          <CopyButton text={resultText(url, result)} label="Copy as text" shows="Copy as text" />
        </span>
      </div>
      {result.notes.map((note) => (
        <p key={note} className={styles.note}>
          {note}
        </p>
      ))}
      <div className={styles.matrix} tabIndex={0} role="group" aria-label="Requests of the test">
        <PlainTable
          label="Expected against seen"
          columns={COLUMNS}
          rows={result.rows}
          rowKey={(row, index) => `${index} ${row.case}`}
          noteOf={(row) => row.hint}
        />
      </div>
    </div>
  );
}

function VerdictChip({ verdict }: { readonly verdict: Verdict }) {
  const { tone, Icon } = VERDICTS[verdict];
  return (
    <Chip tone={tone} icon={<Icon aria-hidden size={12} />}>
      {VERDICT_WORDS[verdict]}
    </Chip>
  );
}
