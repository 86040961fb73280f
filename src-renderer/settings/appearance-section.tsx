import type { Settings } from '#contract/settings.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { zoneName } from '#renderer/format/time.ts';
import { isTimeZoneChoice, useTimeZone } from '#renderer/format/time-zone.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { chooseLook, useLook, type LookName } from '#renderer/ui/look.ts';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TimeZoneField } from '#renderer/ui/time-zone-field.tsx';
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

/** Offered first when another zone is wanted than this computer's. */
const OTHER_ZONE = 'Europe/London';
const CONTRASTS = [
  { value: 'default', label: 'As the system' },
  { value: 'more', label: 'More' },
];
const MOTIONS = [
  { value: 'default', label: 'As the system' },
  { value: 'reduce', label: 'Less' },
];
const RAILS = [
  { value: 'default', label: 'Names' },
  { value: 'folded', label: 'Icons only' },
];

/** Looks of this browser or window, and how secrets are treated on screen. */
export function AppearanceSection() {
  const settings = useSettings();
  return (
    <>
      <section className={styles.block}>
        <h2>Looks</h2>
        <p className={styles.quiet}>These belong to this browser or window.</p>
        <LookChoice name="theme" label="Theme" options={THEMES} />
        <LookChoice name="density" label="Density" options={DENSITIES} />
        <LookChoice name="textSize" label="Text size" options={TEXT_SIZES} />
        <LookChoice name="contrast" label="Contrast" options={CONTRASTS} />
        <LookChoice name="motion" label="Motion" options={MOTIONS} />
        <LookChoice name="rail" label="Navigation" options={RAILS} />
      </section>
      <section className={styles.block}>
        <h2>Language and time</h2>
        <p className={styles.quiet}>Latchkey speaks English. Numbers and times follow one form everywhere.</p>
        <ZoneChoice />
      </section>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => <SecretForm saved={saved} />}
      </AsyncRegion>
    </>
  );
}

function ZoneChoice() {
  const { choice, choose } = useTimeZone();
  const kind = choice === 'local' || choice === 'utc' ? choice : 'zone';
  return (
    <>
      <RadioGroup
        label="Times"
        isInline
        value={kind}
        options={[
          { value: 'local', label: `This computer’s (${zoneName('local', nowMs())})` },
          { value: 'utc', label: 'UTC' },
          { value: 'zone', label: 'Another zone' },
        ]}
        onChange={(next) => choose(next === 'zone' ? OTHER_ZONE : next)}
      />
      {kind === 'zone' && (
        <TimeZoneField
          label="Zone"
          value={choice}
          onChange={(zone) => {
            if (zone === 'UTC') choose('utc');
            else if (isTimeZoneChoice(zone)) choose(zone);
          }}
        />
      )}
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
  const { values, set, fieldError, mark } = form;
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
          error={fieldError('clipboardClearSeconds')}
          {...mark('clipboardClearSeconds', 'Only if the clipboard still holds it.')}
        />
      </div>
      <Switch
        label="Keep secrets out of screenshots"
        isOn={values.screenshotProtection}
        onChange={(screenshotProtection) => set({ screenshotProtection })}
        help={mark('screenshotProtection', 'In the desktop app, while a secret is on screen.').help}
      />
      <SaveBar form={form} />
    </section>
  );
}
