import { Lightbulb } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';
import {
  REPLAY_DAYS,
  type ReplayDays,
  type ReplaySuggestions,
  type SuggestedRule,
} from '#contract/replay.ts';
import type { Rule, Scope } from '#contract/scopes.ts';
import { useSuggest } from '#renderer/api/commands.ts';
import { useScopes } from '#renderer/api/queries.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { limitText } from '#renderer/limits/limit-words.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './replay.module.css';
import { ruleLine } from './rule-text.ts';
import type { ScopeSelection } from './scope-picker.tsx';

interface SuggestionsProps {
  readonly keyId: KeyId;
  /** The key's own rules as they are saved: suggestions name places in them. */
  readonly savedRules: readonly Rule[];
  readonly value: ScopeSelection;
  readonly onChange: (value: ScopeSelection) => void;
  readonly onLimit: (limit: RateLimit) => void;
}

const DAY_OPTIONS = REPLAY_DAYS.map((days) => ({ value: String(days), label: `Last ${String(days)} days` }));

/** What the traffic of a key says about its policy: rules it lacks, what it never used, a limit that fits. Each goes to the draft. */
export function Suggestions(props: SuggestionsProps) {
  const [days, setDays] = useState<ReplayDays>(30);
  const [found, setFound] = useState<ReplaySuggestions | null>(null);
  const suggest = useSuggest();
  const look = async () => {
    const outcome = await suggest.run({ keyId: props.keyId, days });
    if (outcome.ok) setFound(outcome.data);
  };
  return (
    <section className={styles.panel} aria-label="Suggestions from traffic">
      <h4 className={styles.head}>Suggestions from traffic</h4>
      <div className={styles.bar}>
        <Select
          label="Traffic to look at"
          hideLabel
          isSmall
          value={String(days)}
          options={DAY_OPTIONS}
          onChange={(value) => setDays(REPLAY_DAYS.find((one) => String(one) === value) ?? 30)}
        />
        <Button icon={<Lightbulb aria-hidden />} isBusy={suggest.isRunning} onClick={() => void look()}>
          Look at the traffic
        </Button>
      </div>
      <ErrorNote error={suggest.error} />
      {found !== null && <Found {...props} found={found} />}
    </section>
  );
}

function Found({
  found,
  savedRules,
  value,
  onChange,
  onLimit,
}: SuggestionsProps & { found: ReplaySuggestions }) {
  const scopes = useScopes();
  const unusedRules = savedRules.filter((_rule, index) => found.unusedRules.includes(index));
  const unusedScopes = (scopes.data?.items ?? []).filter(
    ({ id, name }) => value.scopeIds.includes(id) && found.unusedScopes.includes(name),
  );
  const held = new Set(value.rules.map(ruleLine));
  const dropped = unusedRules.filter((rule) => held.has(ruleLine(rule)));
  const isNothing = found.toAdd.length + dropped.length + unusedScopes.length === 0 && found.limit === null;
  return (
    <>
      <p className={styles.quiet} role="status" data-testid="suggestions-basis">
        {found.requestCount === 0
          ? 'No requests in this time: there is nothing to learn from.'
          : `From ${counted(found.requestCount, 'request')}.${isNothing ? ' Nothing to suggest.' : ''}`}
        {found.isCapped && ' There were more; the newest were looked at.'}
      </p>
      {found.toAdd.length > 0 && (
        <List label="Rules to add">
          {found.toAdd.map((one) => (
            <ToAdd
              key={ruleLine(one.rule)}
              suggested={one}
              isThere={held.has(ruleLine(one.rule))}
              onAdd={() => onChange({ ...value, rules: [...value.rules, one.rule] })}
            />
          ))}
        </List>
      )}
      {dropped.length + unusedScopes.length > 0 && (
        <List label="Granted and never used">
          {unusedScopes.map((scope) => (
            <UnusedScope
              key={scope.id}
              scope={scope}
              onDrop={() => onChange({ ...value, scopeIds: value.scopeIds.filter((id) => id !== scope.id) })}
            />
          ))}
          {dropped.map((rule) => (
            <UnusedRule
              key={ruleLine(rule)}
              rule={rule}
              onDrop={() =>
                onChange({ ...value, rules: value.rules.filter((one) => ruleLine(one) !== ruleLine(rule)) })
              }
            />
          ))}
        </List>
      )}
      {found.limit !== null && <FittingLimit limit={found.limit} onLimit={onLimit} />}
    </>
  );
}

function List({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <h5 className={styles.head}>{label}</h5>
      <ul aria-label={label}>{children}</ul>
    </>
  );
}

function ToAdd(props: { suggested: SuggestedRule; isThere: boolean; onAdd: () => void }) {
  const { rule, count: requests, lastAt, service, isInCatalogue } = props.suggested;
  const line = ruleLine(rule);
  return (
    <li className={styles.suggestion}>
      <span className={styles.what}>
        <code>{line}</code>
        <span className={styles.quiet}>
          {counted(requests, 'request')} refused at {service}, last <RelativeTime at={lastAt} />
          {!isInCatalogue && '; not in the catalogue'}
        </span>
      </span>
      <Button
        variant="quiet"
        aria-label={`Add rule ${line}`}
        disabledReason={props.isThere ? 'The draft has this rule.' : undefined}
        onClick={props.onAdd}
      >
        Add
      </Button>
    </li>
  );
}

function UnusedScope({ scope, onDrop }: { readonly scope: Scope; readonly onDrop: () => void }) {
  return (
    <li className={styles.suggestion}>
      <span className={styles.what}>
        <code>{scope.name}</code>
        <span className={styles.quiet}>
          no rule of it decided a request. Keep it where a service asks for it by name.
        </span>
      </span>
      <Button variant="quiet" aria-label={`Drop scope ${scope.name}`} onClick={onDrop}>
        Drop
      </Button>
    </li>
  );
}

function UnusedRule({ rule, onDrop }: { readonly rule: Rule; readonly onDrop: () => void }) {
  const line = ruleLine(rule);
  return (
    <li className={styles.suggestion}>
      <span className={styles.what}>
        <code>{line}</code> <span className={styles.quiet}>decided no request</span>
      </span>
      <Button variant="quiet" aria-label={`Drop rule ${line}`} onClick={onDrop}>
        Drop
      </Button>
    </li>
  );
}

function FittingLimit(props: {
  limit: NonNullable<ReplaySuggestions['limit']>;
  onLimit: (limit: RateLimit) => void;
}) {
  const { rateLimit, peak, peakAt, current } = props.limit;
  return (
    <>
      <h5 className={styles.head}>A limit that fits</h5>
      <div className={styles.suggestion}>
        <span className={styles.what}>
          <strong>{textOf(rateLimit)}</strong>
          <span className={styles.quiet}>
            half as much again as the most that passed in such a time: {count(peak)},{' '}
            <RelativeTime at={peakAt} />.{' '}
            {current === null ? 'There is no limit now.' : `Now: ${textOf(current)}.`}
          </span>
        </span>
        <Button variant="quiet" onClick={() => props.onLimit(rateLimit)}>
          Set limit
        </Button>
      </div>
    </>
  );
}

const textOf = (rateLimit: RateLimit): string => limitText({ rateLimit, rateLimits: [], quota: null });
