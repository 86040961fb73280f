import { Link } from '@tanstack/react-router';
import type { IssueList, IssueRow } from '#contract/issue-list.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { STATE_WORDS } from './handoff-words.ts';
import styles from './handoffs.module.css';
import type { LineResult } from './use-issue-list.ts';

type Problem = IssueList['problems'][number];
/** A line of the text with what becomes of it. */
type Line =
  | { readonly kind: 'problem'; readonly line: number; readonly problem: Problem }
  | {
      readonly kind: 'row';
      readonly line: number;
      readonly row: IssueRow;
      readonly result: LineResult | null;
    };

interface IssueListLinesProps {
  readonly list: IssueList;
  readonly results: ReadonlyMap<number, LineResult>;
}

/** Every line of a list: what would be made, or what was. */
export function IssueListLines({ list, results }: IssueListLinesProps) {
  const rows = list.rows.map((row): Line => ({
    kind: 'row',
    line: row.line,
    row,
    result: results.get(row.line) ?? null,
  }));
  const problems = list.problems.map((problem): Line => ({ kind: 'problem', line: problem.line, problem }));
  const lines = [...rows, ...problems].toSorted((one, other) => one.line - other.line);
  return (
    <div className={styles.lines} tabIndex={0} role="group" aria-label="Lines">
      <PlainTable label="Lines" rows={lines} rowKey={({ line }) => String(line)} columns={COLUMNS} />
    </div>
  );
}

const COLUMNS: readonly PlainColumn<Line>[] = [
  { header: 'Line', align: 'end', cell: ({ line }) => line },
  { header: 'State', cell: (line) => <State line={line} /> },
  {
    header: 'Team and application',
    cell: (line) =>
      line.kind === 'problem' ? (
        line.problem.name
      ) : (
        <Two first={line.row.team} second={line.row.application} />
      ),
  },
  {
    header: 'Key',
    cell: (line) =>
      line.kind === 'problem' ? null : (
        <Two first={line.row.keyName} second={`${line.row.environment}, ${line.row.template}`} />
      ),
  },
  { header: 'Details', cell: (line) => <Details line={line} /> },
];

function Two({ first, second }: { readonly first: string; readonly second: string }) {
  return (
    <span className={textStyles.twoLines}>
      <span>{first}</span>
      <span className={textStyles.quiet}>{second}</span>
    </span>
  );
}

function State({ line }: { readonly line: Line }) {
  if (line.kind === 'problem') return <Chip tone="danger">Left out</Chip>;
  const { row, result } = line;
  if (result?.kind === 'failed') return <Chip tone="danger">Failed</Chip>;
  if (result?.kind === 'done' && result.made.kind === 'issued') return <Chip tone="ok">Issued</Chip>;
  if (result?.kind === 'done' || row.kind === 'there') return <Chip tone="plain">Is there</Chip>;
  return <Chip tone="info">To issue</Chip>;
}

function Details({ line }: { readonly line: Line }) {
  if (line.kind === 'problem') return line.problem.message;
  const { row, result } = line;
  if (result?.kind === 'failed') return result.message;
  if (result?.kind === 'done') return <Made made={result.made} contact={row.contact} />;
  if (row.kind === 'there') {
    return (
      <>
        {row.keyId !== null && (
          <Link to="/keys/$keyId" params={{ keyId: row.keyId }}>
            Show key
          </Link>
        )}
        {row.handoffState !== null && (
          <span className={textStyles.quiet}>
            {' '}
            handoff: {STATE_WORDS[row.handoffState].word.toLowerCase()}
          </span>
        )}
      </>
    );
  }
  const news = [
    ...(row.isNewTeam ? ['new partner'] : []),
    ...(row.isNewApplication ? ['new application'] : []),
  ];
  return (
    <Two first={`for ${row.contact}`} second={news.length === 0 ? 'application is there' : news.join(', ')} />
  );
}

type MadeProps = {
  readonly made: Extract<LineResult, { kind: 'done' }>['made'];
  readonly contact: string;
};

function Made({ made: { handoff, link, file, mailedTo, keyId }, contact }: MadeProps) {
  const desktop = useDesktop();
  const codeLink = handoff?.isCodeHeld === true && (
    <Link to="/handoffs" search={{ id: handoff.id }}>
      Code to pass on
    </Link>
  );
  if (mailedTo !== null) {
    return (
      <span className={textStyles.twoLines}>
        <span>link mailed to {mailedTo}</span>
        {codeLink}
      </span>
    );
  }
  if (link !== null) {
    return (
      <span className={textStyles.twoLines}>
        <span className={styles.choices}>
          link for {contact} <CopyButton text={link} label={`Copy link for ${contact}`} />
        </span>
        {codeLink}
      </span>
    );
  }
  if (file !== null) {
    return (
      <Button
        variant="quiet"
        aria-label={`Save file for ${contact}`}
        onClick={() => void desktop.saveFile(file.name, file.text, file.mediaType)}
      >
        Save file
      </Button>
    );
  }
  return (
    <Link to="/keys/$keyId" params={{ keyId }}>
      Show key
    </Link>
  );
}
