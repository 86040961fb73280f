import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PartnerImportResult } from '#contract/partners.ts';
import { useImportPartners } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ChooseFile } from '#renderer/ui/choose-file.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { TrialFooter } from '#renderer/ui/trial-footer.tsx';
import { ImportLines } from './import-lines.tsx';
import styles from './partners.module.css';

/** Adds and changes many partners from CSV: first a trial that shows what each line would do, then the import. */
export function ImportPartnersPage() {
  const [done, setDone] = useState<PartnerImportResult | null>(null);
  return (
    <Page>
      <PageHeader title="Import partners">
        <p>
          <Link to="/partners">All partners</Link>
        </p>
      </PageHeader>
      {done === null ? (
        <ImportForm onDone={setDone} />
      ) : (
        <section className={styles.section} aria-label="Result" role="status">
          <ImportLines result={done} isDone />
          <div className={styles.importRow}>
            <Link to="/partners" className="button-link">
              Show all partners
            </Link>
            <Button onClick={() => setDone(null)}>Import more</Button>
          </div>
        </section>
      )}
    </Page>
  );
}

function ImportForm({ onDone }: { readonly onDone: (result: PartnerImportResult) => void }) {
  const command = useImportPartners();
  const forbidden = useForbidden()('partners.import');
  const [text, setText] = useState('');
  const [trial, setTrial] = useState<PartnerImportResult | null>(null);
  const change = (next: string) => {
    setText(next);
    setTrial(null);
    command.reset();
  };
  const tryIt = async () => {
    const outcome = await command.run({ text, dryRun: true });
    setTrial(outcome.ok ? outcome.data : null);
  };
  const importNow = async () => {
    const outcome = await command.run({ text });
    if (outcome.ok) onDone(outcome.data);
  };
  const written = trial?.rows.filter(({ kind }) => kind !== 'same').length ?? 0;
  const fieldError = command.error?.field('text');
  return (
    <form
      className={formStyles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (forbidden === undefined && text !== '') void tryIt();
      }}
    >
      <CsvText text={text} onChange={change} error={fieldError} />
      <ErrorNote error={fieldError === undefined ? command.error : null} />
      <div role="status">{trial !== null && <ImportLines result={trial} isDone={false} />}</div>
      <TrialFooter
        isRunning={command.isRunning}
        trialHindrance={forbidden ?? (text === '' ? 'Choose a file or paste lines first.' : undefined)}
        importHindrance={forbidden ?? hindrance(trial, written)}
        importLabel={written === 0 ? 'Import partners' : `Import ${counted(written, 'partner')}`}
        onImport={() => void importNow()}
      />
    </form>
  );
}

function hindrance(trial: PartnerImportResult | null, written: number): string | undefined {
  if (trial === null) return 'Try it first: that shows what each line would do.';
  return written === 0 ? 'No line adds or changes a partner.' : undefined;
}

interface CsvTextProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly error: string | undefined;
}

const EXAMPLE = 'Name,Contact e-mail,Contact name,Tier,Note\nAcme,api@acme.example,Jo Doe,external,';

function CsvText({ text, onChange, error }: CsvTextProps) {
  return (
    <>
      <p className={styles.note}>
        The first line names the columns: Name, Contact e-mail, Contact name, Tier, Note, Recipient key.
        Partners are found by their name; an empty cell leaves what is there.
      </p>
      <ChooseFile
        label="File with partners"
        accept=".csv,.tsv,.txt"
        onChoose={(file) => onChange(file.text)}
      />
      <TextArea
        label="Partners to import"
        isMono
        rows={10}
        placeholder={EXAMPLE}
        value={text}
        onChange={onChange}
        help="CSV with commas, semicolons or tabs, one partner a line, at most 1,000."
        error={error}
      />
    </>
  );
}
