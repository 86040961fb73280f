import { Link, useParams } from '@tanstack/react-router';
import { Download, Printer } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Passport } from '#contract/passport.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { usePassport } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Code, CodeBlock } from '#renderer/ui/code.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import styles from './passport.module.css';

/** One page about a key for its partner: to print, to copy and to send along. Holds no secret. */
export function PassportPage() {
  const { keyId } = useParams({ from: '/keys/$keyId/passport' });
  const query = usePassport({ keyId });
  const { data } = query;
  return (
    <Page>
      <PageHeader
        title={data === undefined ? 'Passport' : `Passport: ${data.keyName}`}
        actions={data === undefined ? undefined : <Actions passport={data} />}
      >
        <p className={styles.screenOnly}>
          <Link to="/keys/$keyId" params={{ keyId }}>
            Back to the key
          </Link>
        </p>
      </PageHeader>
      <AsyncRegion query={query} subject="The passport">
        {(passport) => <Paper passport={passport} />}
      </AsyncRegion>
    </Page>
  );
}

function Actions({ passport }: { readonly passport: Passport }) {
  const { saveFile } = useDesktop();
  const save = () => void saveFile(passport.fileName, passport.markdown, 'text/markdown');
  return (
    <span className={classNames(styles.buttons, styles.screenOnly)}>
      <CopyButton text={passport.markdown} label="Copy Markdown of the passport" shows="Copy Markdown" />
      <Button icon={<Download aria-hidden />} onClick={save}>
        Save Markdown
      </Button>
      <Button icon={<Printer aria-hidden />} onClick={() => window.print()}>
        Print
      </Button>
    </span>
  );
}

function Paper({ passport }: { readonly passport: Passport }) {
  return (
    <article className={styles.paper} aria-label="Passport">
      <p>
        What {passport.partnerName} needs to know to use this key. The key itself is not on this page; it
        belongs into the environment variable <Code>{passport.variable}</Code>, never into code.
      </p>
      <Facts>
        {passport.facts.map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </Facts>
      <Part title="What it may call">
        {passport.calls.length === 0 && <p>Nothing yet.</p>}
        {passport.calls.map((call, index) => (
          <Call key={`${call.name ?? ''} ${String(index)}`} call={call} />
        ))}
      </Part>
      <Part title="Limits">
        {passport.limits.length === 0 ? <p>No limit of its own.</p> : <List items={passport.limits} />}
      </Part>
      {passport.bounds.length > 0 && (
        <Part title="Bounds">
          <List items={passport.bounds} />
        </Part>
      )}
      <Part title="How to send it" isLong>
        {passport.snippets.map(({ language, label, code }) => (
          <section key={language} className={styles.part} aria-label={label}>
            <h3>{label}</h3>
            <CodeBlock code={code} label={`${label} example`} />
          </section>
        ))}
      </Part>
      <Part title="When a call is refused" isLong>
        <div className={styles.scroll}>
          <PlainTable
            label="Codes of refusals"
            rows={passport.errors}
            rowKey={({ code }) => code}
            columns={ERROR_COLUMNS}
          />
        </div>
      </Part>
    </article>
  );
}

const ERROR_COLUMNS: readonly PlainColumn<Passport['errors'][number]>[] = [
  { header: 'Code', cell: ({ code }) => <Code>{code}</Code> },
  { header: 'Status', cell: ({ status }) => status },
  { header: 'Meaning', cell: ({ meaning }) => meaning },
  { header: 'What to do', cell: ({ whatToDo }) => whatToDo },
];

interface PartProps {
  readonly title: string;
  /** It may go over the end of a printed page. */
  readonly isLong?: boolean;
  readonly children: ReactNode;
}

function Part({ title, isLong = false, children }: PartProps) {
  return (
    <section className={classNames(styles.part, isLong && styles.long)} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Call({ call }: { readonly call: Passport['calls'][number] }) {
  const { name, description, service, baseUrl, may, mayNot } = call;
  return (
    <div className={styles.part}>
      <h3>
        {name ?? 'Rules of its own'} <span className={styles.quiet}>at {service ?? 'every service'}</span>
      </h3>
      {description !== '' && <p>{description}</p>}
      {baseUrl !== null && (
        <p>
          Address: <Code>{baseUrl}</Code>
        </p>
      )}
      <Rules what="May" rules={may} />
      <Rules what="May not" rules={mayNot} />
    </div>
  );
}

function Rules({ what, rules }: { readonly what: string; readonly rules: readonly string[] }) {
  if (rules.length === 0) return null;
  return (
    <p className={styles.rules}>
      {what}{' '}
      {rules.map((rule) => (
        <Code key={rule}>{rule}</Code>
      ))}
    </p>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
