import type { Template } from '#contract/templates.ts';
import { useApplyTemplate } from '#renderer/api/commands.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { chosenCount, type KeyChoice } from './key-choice.ts';
import styles from './templates.module.css';

interface ApplyBarProps {
  readonly template: Template;
  readonly choice: KeyChoice;
  /** Keys that differ. */
  readonly differing: number;
  readonly isUnsaved: boolean;
  /** A template is being applied, or taken back. */
  readonly isRunning: boolean;
  readonly onStarted: () => void;
}

/** Gives the chosen keys what the template says. */
export function ApplyBar({ template, choice, differing, isUnsaved, isRunning, onStarted }: ApplyBarProps) {
  const apply = useApplyTemplate();
  const forbidden = useForbidden()('templates.applyToMany');
  const chosen = chosenCount(choice, differing);
  if (differing === 0) return null;
  const run = async () => {
    const named = [...choice.named];
    const outcome = await apply.run({
      templateId: template.id,
      keys: choice.isAll ? { kind: 'all', except: named } : { kind: 'these', keyIds: named },
    });
    if (outcome.ok) onStarted();
  };
  const obstacle =
    forbidden ??
    (isUnsaved
      ? 'Save the template first.'
      : isRunning
        ? 'Wait until the other change of its keys has ended.'
        : chosen === 0
          ? 'Choose at least one key.'
          : undefined);
  return (
    <div className={styles.bar}>
      <Button variant="primary" isBusy={apply.isRunning} disabledReason={obstacle} onClick={() => void run()}>
        {chosen === 0 ? 'Apply to keys' : `Apply to ${counted(chosen, 'key')}`}
      </Button>
      <ErrorNote error={apply.error} />
    </div>
  );
}
