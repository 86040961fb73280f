import { ACTION_GROUPS, ACTION_IDS, actionSpec, type ActionId } from '#contract/actions.ts';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { useShortcutChoices } from './actions/actions-context.ts';
import { isSingleKey } from './actions/chord.ts';
import { workingKeys } from './actions/shortcut-choices.ts';
import styles from './help-sheet.module.css';
import { Keycaps } from './keycaps.tsx';

/** Keys that belong to the parts they work in, and are not changed. */
const FIXED = [
  { keys: 'f6', label: 'Next part of the window; with Shift the one before' },
  { keys: 'escape', label: 'Close the innermost layer' },
  { keys: 'j', label: 'Next row; also ↓' },
  { keys: 'k', label: 'Row before; also ↑' },
  { keys: 'enter', label: 'Open the row' },
  { keys: 'space', label: 'Show the row in the inspector' },
  { keys: 'x', label: 'Mark the row; Shift ↓ marks on' },
] as const;

/** The same without single keys. */
const FIXED_NAMED = [
  ...FIXED.filter(({ keys }) => !isSingleKey(keys)),
  { keys: 'down', label: 'Next row' },
  { keys: 'up', label: 'Row before' },
] as const;

/** Every shortcut as it is now, made from the catalogue. */
export function HelpSheet({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { choices } = useShortcutChoices();
  const shown = ACTION_IDS.map((id: ActionId) => ({
    label: actionSpec(id).label,
    group: actionSpec(id).group,
    keys: workingKeys(id, choices),
  })).filter((entry): entry is typeof entry & { keys: string } => entry.keys !== null);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Keyboard shortcuts"
      size="large"
      description={
        choices.hasSingleKeys
          ? 'Single keys do nothing while you type. Change or switch them off in Settings, Keyboard.'
          : 'Single keys are switched off in Settings, Keyboard.'
      }
    >
      {/* Longer than a small window: whoever has no mouse scrolls it by focusing it. */}
      <div className={styles.groups} role="region" aria-label="All shortcuts" tabIndex={0}>
        {ACTION_GROUPS.map((group) => (
          <Group key={group} title={group} rows={shown.filter((entry) => entry.group === group)} />
        ))}
        <Group title="In lists and everywhere" rows={choices.hasSingleKeys ? FIXED : FIXED_NAMED} />
      </div>
    </Dialog>
  );
}

interface GroupProps {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly keys: string }[];
}

function Group({ title, rows }: GroupProps) {
  if (rows.length === 0) return null;
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl>
        {rows.map(({ label, keys }) => (
          <div key={label} className={styles.row}>
            <dt>{label}</dt>
            <dd>
              <Keycaps keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
