import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { useHandoffChannels } from '#renderer/api/handoff-queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ChooseFile } from '#renderer/ui/choose-file.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { LeaveGuard } from '#renderer/ui/leave-guard.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { LIFE_OPTIONS, lifeMs, type Life } from './handoff-draft.ts';
import styles from './handoffs.module.css';
import { IssueListLines } from './issue-list-lines.tsx';
import { useIssueList, type IssueOptions } from './use-issue-list.ts';

type Delivery = IssueOptions['delivery'];
type Work = ReturnType<typeof useIssueList>;

/** Keys for many teams at once, before they ask: a list is checked line by line, then each line gets its key and its handoff. */
export function IssueListPage() {
  const work = useIssueList();
  const forbidden = useForbidden()('handoffs.issueLine');
  const [text, setText] = useState('');
  const [delivery, setDelivery] = useState<Delivery>('link');
  const [life, setLife] = useState<Life>('7d');
  const blocked = useHandoffChannels().data?.link.blocked ?? null;
  const change = (next: string) => {
    setText(next);
    work.forget();
  };
  const hindrance =
    forbidden ??
    (work.list === null ? 'Check the list first.' : undefined) ??
    (work.left === 0 ? 'No line is left to be issued.' : undefined) ??
    (delivery === 'link' && blocked !== null ? blocked : undefined);
  return (
    <Page>
      <PageHeader title="Issue to a list">
        <p>
          <Link to="/handoffs">All handoffs</Link>
        </p>
      </PageHeader>
      <form
        className={formStyles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (forbidden === undefined && text !== '' && !work.isRunning) work.check(text);
        }}
      >
        <ListText text={text} onChange={change} error={work.error} isRunning={work.isRunning} />
        <DeliveryChoice {...{ delivery, life }} onDelivery={setDelivery} onLife={setLife} />
        {work.list !== null && <Found work={work} />}
        <LeaveGuard
          isChanged={work.isRunning || hasLinks(work)}
          title="Leave this list?"
          description="Links and files of this list are given only here. What is issued stays issued; a lost link can be sent again under Handoffs."
          confirmLabel="Leave the list"
        />
        <footer className={formStyles.footer} data-page-footer>
          <Button
            type="submit"
            size="large"
            isBusy={work.isChecking}
            disabledReason={forbidden ?? (text === '' ? 'Choose a file or paste lines first.' : undefined)}
          >
            Check the list
          </Button>
          {work.isRunning ? (
            <Button size="large" onClick={work.stop}>
              Stop after this line
            </Button>
          ) : (
            <Button
              variant="primary"
              size="large"
              disabledReason={hindrance}
              onClick={() => work.run({ delivery, expiresInMs: lifeMs(life) })}
            >
              {work.left === 0 ? 'Issue keys' : `Issue ${counted(work.left, 'key')}`}
            </Button>
          )}
        </footer>
      </form>
    </Page>
  );
}

/** Something was told that is told nowhere else. */
function hasLinks({ results }: Work): boolean {
  return [...results.values()].some(
    (result) => result.kind === 'done' && (result.made.link !== null || result.made.file !== null),
  );
}

function Found({ work }: { readonly work: Work }) {
  const { list, results, left, isRunning } = work;
  if (list === null) return null;
  const total = list.rows.filter(({ kind }) => kind === 'issue').length;
  const done = [...results.values()].filter(({ kind }) => kind === 'done').length;
  const there = list.rows.length - total;
  return (
    <section className={styles.stack} aria-label="Lines of the list">
      <h2 role="status">
        {done > 0 || isRunning
          ? `${count(done)} of ${counted(total, 'key')} issued`
          : `${counted(left, 'key')} to issue, ${count(there)} there already, ${counted(list.problems.length, 'line')} left out`}
      </h2>
      {isRunning && (
        <ProgressBar
          label="Issuing keys"
          share={total === 0 ? null : done / total}
          valueText={`${count(done)} of ${count(total)}`}
        />
      )}
      <p className={textStyles.quiet}>
        {list.isMailOn
          ? 'Links go to the contacts by mail. Their six words wait under Handoffs for one of you to pass on.'
          : 'Mail is off: copy each link from its line once it is issued. The six words wait under Handoffs.'}
      </p>
      <IssueListLines list={list} results={results} />
    </section>
  );
}

interface ListTextProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly error: Work['error'];
  readonly isRunning: boolean;
}

const EXAMPLE =
  'Team,Application,Contact,Template,Environment\nAcme,Data feed,feed@acme.example,Data feed,live';

function ListText({ text, onChange, error, isRunning }: ListTextProps) {
  const fieldError = error?.field('text');
  return (
    <>
      <p>
        The first line names the columns: Team, Application, Contact, Template, Environment; also Key and Tier
        if you like. Partners and applications are found by their names and made where there are none. A line
        whose key is there already makes nothing, so a list can be sent again at any time.
      </p>
      <ChooseFile label="File with teams" accept=".csv,.tsv,.txt" onChoose={(file) => onChange(file.text)} />
      <TextArea
        label="Teams that get a key"
        isMono
        rows={8}
        placeholder={EXAMPLE}
        value={text}
        onChange={onChange}
        disabled={isRunning}
        help="CSV with commas, semicolons or tabs, one key a line, at most 1,000."
        error={fieldError}
      />
      <ErrorNote error={fieldError === undefined ? error : null} />
    </>
  );
}

interface DeliveryChoiceProps {
  readonly delivery: Delivery;
  readonly life: Life;
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onLife: (life: Life) => void;
}

function DeliveryChoice({ delivery, life, onDelivery, onLife }: DeliveryChoiceProps) {
  return (
    <>
      <RadioGroup<Delivery>
        label="Each key goes"
        value={delivery}
        onChange={onDelivery}
        options={[
          { value: 'link', label: 'Into a one-time link', detail: 'by mail where mail is on' },
          {
            value: 'recipient_key',
            label: 'Into a sealed file',
            detail: 'for partners that have given a recipient key',
          },
        ]}
      />
      {delivery === 'link' && (
        <RadioGroup
          label="The link is good for"
          isInline
          value={life}
          options={LIFE_OPTIONS}
          onChange={onLife}
        />
      )}
    </>
  );
}
