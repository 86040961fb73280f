import type { ScopeId } from '#contract/ids.ts';
import type { Scope } from '#contract/scopes.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { ruleLine } from './rule-text.ts';
import styles from './scopes.module.css';

interface ScopeChoicesProps {
  /** Scopes of one service. */
  readonly scopes: readonly Scope[];
  readonly chosen: readonly ScopeId[];
  readonly onChange: (chosen: readonly ScopeId[]) => void;
}

/** Named permissions of a service as switches, each with the rules it stands for. */
export function ScopeChoices({ scopes, chosen, onChange }: ScopeChoicesProps) {
  return (
    <ul className={classNames(styles.choices, styles.fewInSight)}>
      {scopes.map((scope) => (
        <li key={scope.id} className={styles.choice}>
          <Checkbox
            label={<code className={styles.scopeName}>{scope.name}</code>}
            isChecked={chosen.includes(scope.id)}
            onChange={(isChecked) =>
              onChange(isChecked ? [...chosen, scope.id] : chosen.filter((id) => id !== scope.id))
            }
            {...(scope.description === '' ? {} : { help: scope.description })}
          />
          <span className={styles.scopeRules}>
            {scope.rules.map((rule) => (
              <code key={ruleLine(rule)} data-effect={rule.effect}>
                {ruleLine(rule)}
              </code>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
