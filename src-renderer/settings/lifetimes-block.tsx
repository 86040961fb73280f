import type { KeyLifetime } from '#contract/key-lifetimes.ts';
import { TIERS } from '#contract/partners.ts';
import type { Settings } from '#contract/settings.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { tierWord } from '#renderer/partners/tier-words.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

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
      .filter(({ defaultDays, maxDays }) => defaultDays !== null || maxDays !== null);
    form.set({ keyLifetimes: next });
  };
  return (
    <section className={styles.block}>
      <h2>Lifetimes of keys</h2>
      <p className={styles.quiet}>
        By the tier of the partner. Asked where an end is chosen: keys that are there already stay as they
        are. Empty: no rule.
      </p>
      {tiers.map((tier) => {
        const { defaultDays, maxDays } = lifetimeOf(keyLifetimes, tier);
        return (
          <div key={tier} className={styles.pair}>
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
          </div>
        );
      })}
      <SaveBar form={form} />
    </section>
  );
}

function lifetimeOf(lifetimes: readonly KeyLifetime[], tier: string): KeyLifetime {
  return lifetimes.find((lifetime) => lifetime.tier === tier) ?? { tier, defaultDays: null, maxDays: null };
}
