import { Plus, TriangleAlert, X } from 'lucide-react';
import { useState, type ClipboardEvent } from 'react';
import { RULES_MAX, type Rule } from '#contract/scopes.ts';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import type { RuleFlag } from './rule-flags.ts';
import { parseRule, parseRules, ruleLine } from './rule-text.ts';
import styles from './scopes.module.css';

interface RuleListProps {
  readonly rules: readonly Rule[];
  /** One entry per rule: why it deserves a look, or null. */
  readonly flags: readonly (RuleFlag | null)[];
  readonly onChange: (rules: readonly Rule[]) => void;
  /** What the rules belong to, for the heading. */
  readonly heading: string;
  readonly help?: string;
}

/** Rules as lines of text that can be edited, added and removed. A line that cannot be read stays as it was typed and says why. */
export function RuleList({ rules, flags, onChange, heading, help }: RuleListProps) {
  return (
    <section className={styles.stack} aria-label={heading}>
      <h3>{heading}</h3>
      {help !== undefined && <p className={styles.meta}>{help}</p>}
      {rules.length > 0 && (
        <ol className={styles.rules}>
          {rules.map((rule, index) => (
            <li key={index} className={styles.rule}>
              <RuleLineField
                number={index + 1}
                rule={rule}
                onChange={(changed) => onChange(rules.map((other, at) => (at === index ? changed : other)))}
                onRemove={() => onChange(rules.filter((_, at) => at !== index))}
              />
              <RuleFlagLine flag={flags[index] ?? null} />
            </li>
          ))}
        </ol>
      )}
      <NewRule
        isFirst={rules.length === 0}
        isFull={rules.length >= RULES_MAX}
        onAdd={(added) => onChange([...rules, ...added].slice(0, RULES_MAX))}
      />
    </section>
  );
}

function RuleLineField(props: {
  readonly number: number;
  readonly rule: Rule;
  readonly onChange: (rule: Rule) => void;
  readonly onRemove: () => void;
}) {
  const { number, rule, onChange, onRemove } = props;
  const line = ruleLine(rule);
  const [text, setText] = useState(line);
  const [shownLine, setShownLine] = useState(line);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const name = `Rule ${String(number)}`;
  // The rule changed from outside, by the grid or because one above it went: what was typed is gone.
  if (shownLine !== line) {
    setShownLine(line);
    setText(line);
    setProblem(undefined);
  }
  const finish = () => {
    const parsed = parseRule(text);
    if (!parsed.ok) setProblem(parsed.message);
    else if (ruleLine(parsed.rule) !== line) onChange(parsed.rule);
    else setText(line);
  };
  return (
    <div className={styles.ruleRow}>
      <span className={styles.ruleNumber} aria-hidden>
        {number}
      </span>
      <TextField
        label={name}
        hideLabel
        isSmall
        isMono
        value={text}
        error={problem}
        data-effect={rule.effect}
        className={styles.grow}
        onChange={(next) => {
          setText(next);
          setProblem(undefined);
        }}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          finish();
        }}
      />
      <IconButton
        label={`Remove rule ${String(number)}: ${line}`}
        icon={<X aria-hidden />}
        onClick={onRemove}
      />
    </div>
  );
}

function RuleFlagLine({ flag }: { readonly flag: RuleFlag | null }) {
  if (flag === null) return null;
  return (
    <p className={styles.flag} data-flag={flag.kind}>
      <TriangleAlert aria-hidden size={14} /> {flag.text}
    </p>
  );
}

function NewRule({
  isFirst,
  isFull,
  onAdd,
}: {
  readonly isFirst: boolean;
  readonly isFull: boolean;
  readonly onAdd: (rules: readonly Rule[]) => void;
}) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const add = () => {
    const parsed = parseRule(text);
    if (!parsed.ok) {
      setProblem(parsed.message);
      return;
    }
    onAdd([parsed.rule]);
    setText('');
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text');
    if (!pasted.trim().includes('\n')) return;
    event.preventDefault();
    const { rules, problems } = parseRules(pasted);
    onAdd(rules);
    const [first] = problems;
    setProblem(
      first === undefined
        ? undefined
        : `${String(problems.length)} of the pasted lines could not be read. Line ${String(first.line)}: ${first.message}`,
    );
  };
  return (
    <div className={styles.ruleRow}>
      {!isFirst && <span className={styles.ruleNumber} aria-hidden />}
      <TextField
        label="New rule"
        hideLabel
        isSmall
        isMono
        className={styles.grow}
        placeholder="GET /v1/inventory/** or deny DELETE /v1/**"
        value={text}
        error={problem}
        onChange={(next) => {
          setText(next);
          setProblem(undefined);
        }}
        onPaste={paste}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          add();
        }}
      />
      <Button
        icon={<Plus aria-hidden />}
        onClick={add}
        disabledReason={isFull ? `At most ${String(RULES_MAX)} rules.` : undefined}
      >
        Add rule
      </Button>
    </div>
  );
}
