import { useState } from 'react';
import type { PartnerImportResult } from '#contract/partners.ts';
import { useImportPartners } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { ChooseFile } from '#renderer/ui/choose-file.tsx';
import { ImportPage } from '#renderer/ui/import-page.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { TrialForm } from '#renderer/ui/trial-form.tsx';
import { useTrial } from '#renderer/ui/use-trial.ts';
import { ImportLines } from './import-lines.tsx';
import styles from './partners.module.css';

/** Adds and changes many partners from CSV: first a trial that shows what each line would do, then the import. */
export function ImportPartnersPage() {
  return (
    <ImportPage<PartnerImportResult>
      title="Import partners"
      list={{ to: '/partners', label: 'All partners', showLabel: 'Show all partners' }}
      form={(onDone) => <ImportForm onDone={onDone} />}
      result={(result) => <ImportLines result={result} isDone />}
    />
  );
}

function ImportForm({ onDone }: { readonly onDone: (result: PartnerImportResult) => void }) {
  const command = useImportPartners();
  const [text, setText] = useState('');
  const trial = useTrial((dryRun) => command.run({ text, dryRun }));
  const fieldError = command.error?.field('text');
  return (
    <TrialForm
      trial={trial}
      isRunning={command.isRunning}
      forbidden={useForbidden()('partners.import')}
      hindrance={text === '' ? 'Choose a file or paste lines first.' : undefined}
      noun="partner"
      countOf={({ rows }) => rows.filter(({ kind }) => kind !== 'same').length}
      noneWords="No line adds or changes a partner."
      preview={(found) => <ImportLines result={found} isDone={false} />}
      onDone={onDone}
    >
      <CsvText
        text={text}
        onChange={(next) => {
          setText(next);
          trial.forget();
          command.reset();
        }}
        error={fieldError}
      />
      <ErrorNote error={fieldError === undefined ? command.error : null} />
    </TrialForm>
  );
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
