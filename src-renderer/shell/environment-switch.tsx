import { useNavigate } from '@tanstack/react-router';
import type { Environment } from '#contract/key-policy.ts';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import styles from './shell.module.css';

const CHOICES: readonly { readonly env: Environment | undefined; readonly word: string }[] = [
  // Requests with no readable key belong to neither environment: they need a place too.
  { env: undefined, word: 'All' },
  { env: 'live', word: 'Live' },
  { env: 'test', word: 'Test' },
];

/** Which environment's keys, counts and requests every page shows. */
export function EnvironmentSwitch() {
  const navigate = useNavigate();
  const chosen = useEnvironment() ?? undefined;
  return (
    <div className={styles.switch} role="group" aria-label="Environment">
      {CHOICES.map(({ env, word }) => (
        <button
          key={word}
          type="button"
          aria-pressed={env === chosen}
          onClick={() => void navigate({ to: '.', search: (before) => ({ ...before, env }) })}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
