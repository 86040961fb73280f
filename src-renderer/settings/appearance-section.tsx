import type { Settings } from '#contract/settings.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { chooseLook, useLook, type LookName } from '#renderer/ui/look.ts';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

const THEMES = [
  { value: 'default', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const DENSITIES = [
  { value: 'compact', label: 'Compact' },
  { value: 'default', label: 'Default' },
  { value: 'comfortable', label: 'Comfortable' },
];
const TEXT_SIZES = [
  { value: '90', label: '90 %' },
  { value: 'default', label: '100 %' },
  { value: '110', label: '110 %' },
  { value: '120', label: '120 %' },
  { value: '130', label: '130 %' },
];

/** Looks of this browser or window, and how secrets are treated on screen. */
export function AppearanceSection() {
  const settings = useSettings();
  const { choice, choose } = useTimeZone();
  return (
    <>
      <section className={styles.block}>
        <h2>Looks</h2>
        <p className={styles.quiet}>These belong to this browser or window.</p>
        <LookChoice name="theme" label="Theme" options={THEMES} />
        <LookChoice name="density" label="Density" options={DENSITIES} />
        <LookChoice name="textSize" label="Text size" options={TEXT_SIZES} />
        <RadioGroup
          label="Times"
          isInline
          value={choice}
          options={[
            { value: 'local', label: 'Local' },
            { value: 'utc', label: 'UTC' },
          ]}
          onChange={choose}
        />
      </section>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => <SecretForm saved={saved} />}
      </AsyncRegion>
    </>
  );
}

interface LookChoiceProps {
  readonly name: LookName;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

function LookChoice({ name, label, options }: LookChoiceProps) {
  const value = useLook(name);
  return (
    <RadioGroup
      label={label}
      isInline
      value={value}
      options={options}
      onChange={(next) => chooseLook(name, next)}
    />
  );
}

function SecretForm({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError } = form;
  return (
    <section className={styles.block}>
      <h2>Secrets on screen</h2>
      <div className={styles.pair}>
        <NumberField
          label="Clear a copied secret after"
          suffix="seconds"
          min={10}
          max={300}
          value={values.clipboardClearSeconds}
          onChange={(seconds) => set(seconds === null ? {} : { clipboardClearSeconds: seconds })}
          help="Only if the clipboard still holds it."
          error={fieldError('clipboardClearSeconds')}
        />
      </div>
      <Switch
        label="Keep secrets out of screenshots"
        isOn={values.screenshotProtection}
        onChange={(screenshotProtection) => set({ screenshotProtection })}
        help="In the desktop app, while a secret is on screen."
      />
      <SaveBar form={form} />
    </section>
  );
}
