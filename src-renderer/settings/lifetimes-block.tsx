import { IDLE_DAYS_MIN, type KeyLifetime } from '#contract/key-lifetimes.ts';
import { TIERS } from '#contract/partners.ts';
import type { Settings } from '#contract/settings.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { tierWord } from '#renderer/partners/tier-words.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

const NO_RULE = { defaultDays: null, maxDays: null, idleDays: null };

/** How long keys live, by the tier of their partner. */
export function LifetimesBlock() {
  const settings = useSettings();
  return (
    <AsyncRegion query={settings} subject="The lifetimes of keys">
      {(saved) => <LifetimesForm saved={saved} />}
    </AsyncRegion>
  );
}

function LifetimesForm({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { keyLifetimes } = form.values;
  const tiers = [...new Set([...TIERS, ...keyLifetimes.map(({ tier }) => tier)])];
  const change = (tier: string, part: Partial<KeyLifetime>) => {
    const next = tiers
      .map((other) =>
        other === tier ? { ...lifetimeOf(keyLifetimes, other), ...part } : lifetimeOf(keyLifetimes, other),
      )
      .filter(
        ({ defaultDays, maxDays, idleDays }) => defaultDays !== null || maxDays !== null || idleDays !== null,
      );
    form.set({ keyLifetimes: next });
  };
  return (
    <section className={styles.block}>
      <h2>Lifetimes of keys</h2>
      <p className={styles.quiet}>
        By the tier of the partner. Asked where an end is chosen: keys that are there already stay as they
        are. Empty: no rule. A key that nobody uses or changes is suspended after so many days, and notices
        tell of it 7 days before; what is being rotated, has child keys, or was not watched for so long is
        left alone.
      </p>
      {tiers.map((tier) => {
        const { defaultDays, maxDays, idleDays } = lifetimeOf(keyLifetimes, tier);
        return (
          <div key={tier} className={styles.three}>
            <NumberField
              label={`${tierWord(tier)}: usually`}
              suffix="days"
              min={1}
              max={3_650}
              value={defaultDays}
              onChange={(days) => change(tier, { defaultDays: days })}
            />
            <NumberField
              label={`${tierWord(tier)}: at most`}
              suffix="days"
              min={1}
              max={3_650}
              value={maxDays}
              onChange={(days) => change(tier, { maxDays: days })}
            />
            <NumberField
              label={`${tierWord(tier)}: suspended after`}
              suffix="days unused"
              min={IDLE_DAYS_MIN}
              max={3_650}
              value={idleDays}
              onChange={(days) => change(tier, { idleDays: days })}
            />
          </div>
        );
      })}
      <SaveBar form={form} />
    </section>
  );
}

function lifetimeOf(lifetimes: readonly KeyLifetime[], tier: string): KeyLifetime {
  return lifetimes.find((lifetime) => lifetime.tier === tier) ?? { tier, ...NO_RULE };
}
