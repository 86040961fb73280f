import { X } from 'lucide-react';
import { STATUS_CLASSES } from '#contract/requests.ts';
import { METHODS } from '#contract/scopes.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { timestampMs } from '#contract/ids.ts';
import { usePartners, useServices } from '#renderer/api/queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { fromLocalInput, toLocalInput } from '#renderer/format/time.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { DebouncedField } from './debounced-field.tsx';
import { KeyFilterChip } from './key-filter-chip.tsx';
import { OUTCOME_WORDS } from './outcome-chip.tsx';
import { isNarrowed, LOG_RANGES, logRange, type LogRange, type RequestSearch } from './request-search.ts';
import styles from './requests.module.css';

interface RequestFiltersProps {
  readonly search: RequestSearch;
  readonly onChange: (change: Partial<RequestSearch>) => void;
  readonly onClear: () => void;
  /** The log of one key needs no filter for keys and partners. */
  readonly isOneKey: boolean;
}

const RANGE_WORDS: Readonly<Record<LogRange, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  all: 'All kept rows',
  custom: 'Custom range',
};
const ANY = 'any';

/** Filters of the request log, all of them in the address. */
export function RequestFilters({ search, onChange, onClear, isOneKey }: RequestFiltersProps) {
  return (
    <div className={styles.filters} role="group" aria-label="Filters">
      <RangeFilter search={search} onChange={onChange} />
      <Choice
        label="Outcome"
        anyLabel="Any outcome"
        value={outcomeWord(search)}
        options={OUTCOMES}
        onChange={(word) => onChange(outcomeChange(word))}
        className={styles.outcomeChoice}
      />
      <Choice
        label="Status class"
        anyLabel="Any status"
        value={search.status ?? ANY}
        options={STATUS_CLASSES.map((name) => ({ value: name, label: name }))}
        onChange={(word) => onChange({ status: STATUS_CLASSES.find((name) => name === word) })}
      />
      <Choice
        label="Method"
        anyLabel="Any method"
        value={search.method ?? ANY}
        options={METHODS.map((name) => ({ value: name, label: name }))}
        onChange={(word) => onChange({ method: METHODS.find((name) => name === word) })}
      />
      <DebouncedField
        label="Path contains"
        value={search.path ?? ''}
        onChange={(text) => onChange({ path: text === '' ? undefined : text })}
        className={styles.pathFilter}
      />
      <DebouncedField
        label="Client address"
        value={search.ip ?? ''}
        onChange={(text) => onChange({ ip: text === '' ? undefined : text })}
        className={styles.ipFilter}
      />
      <ServiceFilter search={search} onChange={onChange} />
      {!isOneKey && <PartnerFilter search={search} onChange={onChange} />}
      {!isOneKey && search.key !== undefined && (
        <KeyFilterChip keyId={search.key} onRemove={() => onChange({ key: undefined })} />
      )}
      {search.secret !== undefined && (
        <Button variant="quiet" icon={<X aria-hidden />} onClick={() => onChange({ secret: undefined })}>
          Secret {search.secret}
        </Button>
      )}
      {isNarrowed(search) && (
        <Button variant="quiet" onClick={onClear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

/** What bindings that are only observed would have refused. */
const OBSERVED = 'observed';
const OUTCOMES: readonly Option[] = [
  { value: 'allowed', label: 'Allowed' },
  { value: 'refused', label: 'Refused' },
  { value: OBSERVED, label: 'Observed: would be refused' },
  ...DECISION_CODES.filter((code) => code !== 'VALID').map((code) => ({
    value: code,
    label: `Refused: ${OUTCOME_WORDS[code].toLowerCase()}`,
  })),
];

function outcomeChange(word: string): Partial<RequestSearch> {
  const code = DECISION_CODES.find((name) => name === word);
  const outcome = word === 'allowed' || word === 'refused' ? word : undefined;
  return {
    outcome,
    code: code === undefined ? undefined : [code],
    observed: word === OBSERVED ? 'yes' : undefined,
  };
}

function outcomeWord({ code, outcome, observed }: RequestSearch): string {
  if (code?.length === 1) return code[0] ?? ANY;
  return outcome ?? (observed === undefined ? ANY : OBSERVED);
}

interface ChoiceProps {
  readonly label: string;
  readonly anyLabel: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (word: string) => void;
  readonly className?: string | undefined;
}

function Choice({ label, anyLabel, value, options, onChange, className = styles.choice }: ChoiceProps) {
  return (
    <Select
      label={label}
      hideLabel
      isSmall
      value={value}
      options={[{ value: ANY, label: anyLabel }, ...options]}
      onChange={onChange}
      className={className}
    />
  );
}

type PartProps = Pick<RequestFiltersProps, 'search' | 'onChange'>;

function ServiceFilter({ search, onChange }: PartProps) {
  const services = useServices().data?.items ?? [];
  return (
    <Choice
      label="Service"
      anyLabel="Any service"
      value={search.service ?? ANY}
      options={services.map((service) => ({ value: service.id, label: service.name }))}
      onChange={(word) => onChange({ service: services.find((service) => service.id === word)?.id })}
    />
  );
}

function PartnerFilter({ search, onChange }: PartProps) {
  const partners = usePartners().data?.items ?? [];
  return (
    <Choice
      label="Partner"
      anyLabel="Any partner"
      value={search.partner ?? ANY}
      options={partners.map((partner) => ({ value: partner.id, label: partner.name }))}
      onChange={(word) => onChange({ partner: partners.find((partner) => partner.id === word)?.id })}
    />
  );
}

const HOUR_MS = 3_600_000;

function RangeFilter({ search, onChange }: PartProps) {
  const range = logRange(search);
  const choose = (word: LogRange) => {
    if (word !== 'custom') onChange({ range: word, from: undefined, to: undefined });
    else onChange({ range: word, from: timestampMs.parse(nowMs() - HOUR_MS), to: undefined });
  };
  return (
    <>
      <Select
        label="Time range"
        hideLabel
        isSmall
        value={range}
        options={LOG_RANGES.map((name) => ({ value: name, label: RANGE_WORDS[name] }))}
        onChange={choose}
        className={styles.rangeChoice}
      />
      {range === 'custom' && (
        <>
          <MomentField
            label="From"
            at={search.from}
            onChange={(from) => onChange({ range: 'custom', from })}
          />
          <MomentField label="To" at={search.to} onChange={(to) => onChange({ range: 'custom', to })} />
        </>
      )}
    </>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly at: RequestSearch['from'];
  readonly onChange: (at: RequestSearch['from']) => void;
}

function MomentField({ label, at, onChange }: MomentFieldProps) {
  return (
    <TextField
      label={label}
      hideLabel
      isSmall
      type="datetime-local"
      aria-label={`${label} (local time)`}
      value={at === undefined ? '' : toLocalInput(at)}
      onChange={(text) => onChange(timestampMs.safeParse(fromLocalInput(text)).data)}
      className={styles.moment}
    />
  );
}
