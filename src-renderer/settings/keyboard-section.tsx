import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { ACTION_GROUPS, ACTION_IDS, actionSpec, type ActionId } from '#contract/actions.ts';
import { useShortcutChoices } from '#renderer/shell/actions/actions-context.ts';
import { isSingleKey } from '#renderer/shell/actions/chord.ts';
import {
  chosenKeys,
  DEFAULT_CHOICES,
  obstacleTo,
  withKeys,
} from '#renderer/shell/actions/shortcut-choices.ts';
import { Keycaps } from '#renderer/shell/keycaps.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { KeyCapture } from './key-capture.tsx';
import styles from './keyboard.module.css';
import settingsStyles from './settings.module.css';

/** Every shortcut: change it, switch it off, or take the default back. */
export function KeyboardSection() {
  const { choices, change } = useShortcutChoices();
  const isChanged = !choices.hasSingleKeys || Object.keys(choices.keys).length > 0;
  return (
    <>
      <section className={settingsStyles.block}>
        <h2>Keyboard</h2>
        <p className={settingsStyles.quiet}>These belong to this browser or window.</p>
        <Switch
          label="Single keys"
          isOn={choices.hasSingleKeys}
          onChange={(hasSingleKeys) => change({ ...choices, hasSingleKeys })}
          help="Off: letters and signs alone do nothing, so that speech input or a slip of the hand starts nothing."
        />
        <div>
          <Button
            onClick={() => change(DEFAULT_CHOICES)}
            disabledReason={isChanged ? undefined : 'Nothing is changed.'}
          >
            Restore all defaults
          </Button>
        </div>
      </section>
      {ACTION_GROUPS.map((group) => (
        <section key={group} className={settingsStyles.block}>
          <h2>{group}</h2>
          <ul>
            {ACTION_IDS.filter((id) => actionSpec(id).group === group).map((id) => (
              <ShortcutRow key={id} id={id} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function ShortcutRow({ id }: { readonly id: ActionId }) {
  const { choices, change } = useShortcutChoices();
  const [isCapturing, setCapturing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { label, keys: defaultKeys } = actionSpec(id);
  const keys = chosenKeys(id, choices);
  const take = (pressed: string) => {
    const obstacle = obstacleTo(id, pressed, choices);
    setProblem(obstacle);
    setCapturing(false);
    if (obstacle === null) change(withKeys(id, pressed, choices));
  };
  return (
    <li className={styles.row}>
      <span className={styles.label}>
        {label}
        {problem !== null && (
          <span role="alert" className={styles.problem}>
            {problem}
          </span>
        )}
      </span>
      <span className={styles.keys}>
        {keys === null ? (
          <span className={settingsStyles.quiet}>none</span>
        ) : (
          <span className={isSingleKey(keys) && !choices.hasSingleKeys ? styles.off : undefined}>
            <Keycaps keys={keys} />
          </span>
        )}
      </span>
      {isCapturing ? (
        <KeyCapture label={label} onKeys={take} onCancel={() => setCapturing(false)} />
      ) : (
        <span className={styles.buttons}>
          <Button
            aria-label={`Change the shortcut of ${label}`}
            onClick={() => {
              setProblem(null);
              setCapturing(true);
            }}
          >
            Change
          </Button>
          <Button
            variant="quiet"
            aria-label={`Switch off the shortcut of ${label}`}
            disabledReason={keys === null ? 'It has none.' : undefined}
            onClick={() => change(withKeys(id, null, choices))}
          >
            Off
          </Button>
          <IconButton
            label={`Take the default back for ${label}`}
            icon={<RotateCcw aria-hidden />}
            disabledReason={keys === defaultKeys ? 'It has its default.' : undefined}
            onClick={() => change(withKeys(id, defaultKeys, choices))}
          />
        </span>
      )}
    </li>
  );
}
