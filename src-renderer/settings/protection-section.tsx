import { FAILURES_WITHOUT_ADDRESS_TIMES, type Settings } from '#contract/settings.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { AddressesField } from '#renderer/bindings/addresses-field.tsx';
import { BlockedSourcesBlock } from '#renderer/blocked-sources/blocked-sources-block.tsx';
import { count, counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { SaveBar } from './save-bar.tsx';
import { PepperBlock } from './pepper-block.tsx';
import styles from './settings.module.css';
import { useSettingsForm, type SettingsForm } from './use-settings-form.ts';

/** Whom to believe, how many failures one address may have, what is refused when there is too much to do, from where no key works, and the pepper. */
export function ProtectionSection() {
  const settings = useSettings();
  return (
    <>
      <AsyncRegion query={settings} subject="The settings" className={styles.panel}>
        {(saved) => <ProtectionForm saved={saved} />}
      </AsyncRegion>
      <BlockedSourcesBlock className={styles.block} headClassName={styles.blockHead} />
      <PepperBlock />
    </>
  );
}

function ProtectionForm({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError, mark } = form;
  return (
    <>
      <section className={styles.block}>
        <h2>Client addresses</h2>
        <AddressesField
          label="Trusted proxies"
          value={values.trustedProxies}
          onChange={(trustedProxies) => set({ trustedProxies })}
          error={fieldError('trustedProxies')}
          {...mark(
            'trustedProxies',
            'Addresses or networks, one a line. Their word on where a client is (X-Forwarded-For) is believed, beyond that of the proxy that asks with a service token.',
          )}
        />
      </section>
      <Failures form={form} />
      <Load form={form} />
      <SaveBar form={form} />
    </>
  );
}

function Failures({ form: { values, set, fieldError, mark } }: { readonly form: SettingsForm }) {
  const { failuresMax, failuresForgivenPerSecond } = values;
  return (
    <section className={styles.block}>
      <h2>Failed attempts</h2>
      <div className={styles.pair}>
        <NumberField
          label="Failures of one address"
          suffix="at most"
          min={0}
          max={1_000_000}
          value={failuresMax}
          onChange={(next) => set(next === null ? {} : { failuresMax: next })}
          error={fieldError('failuresMax')}
          {...mark('failuresMax', '0: any number.')}
        />
        <NumberField
          label="Forgiven"
          suffix="a second"
          min={0.01}
          max={10_000}
          step={0.1}
          fractionDigits={2}
          value={failuresForgivenPerSecond}
          onChange={(next) => set(next === null ? {} : { failuresForgivenPerSecond: next })}
          error={fieldError('failuresForgivenPerSecond')}
          {...mark('failuresForgivenPerSecond')}
        />
      </div>
      <p className={styles.quiet}>
        {failuresMax === 0
          ? 'Failures are not counted: keys may be guessed as fast as the server answers.'
          : `After ${counted(failuresMax, 'failed attempt')} (no key of ours, unknown, or a wrong secret) an address is told to wait. Good keys from it still pass, and a success forgives nothing. Where a service does not say the address, its failures count together, up to ${count(failuresMax * FAILURES_WITHOUT_ADDRESS_TIMES)}.`}
      </p>
      <AddressesField
        label="Not counted from"
        value={values.failuresExempt}
        onChange={(failuresExempt) => set({ failuresExempt })}
        error={fieldError('failuresExempt')}
        {...mark('failuresExempt', 'Addresses or networks, one a line, behind which many callers stand.')}
      />
    </section>
  );
}

function Load({ form: { values, set, fieldError, mark } }: { readonly form: SettingsForm }) {
  return (
    <section className={styles.block}>
      <h2>Load</h2>
      <div className={styles.pair}>
        <NumberField
          label="Ceiling of all services together"
          isOptional
          suffix="a second"
          min={1}
          max={10_000_000}
          value={values.verifyPerSecondMax}
          onChange={(verifyPerSecondMax) => set({ verifyPerSecondMax })}
          error={fieldError('verifyPerSecondMax')}
          {...mark(
            'verifyPerSecondMax',
            'Verifications beyond it are answered with 503; the last tenth is kept for known keys. Empty: no ceiling. A service can have one of its own.',
          )}
        />
        <NumberField
          label="Put off unknown keys when work waits"
          suffix="ms"
          min={0}
          max={60_000}
          value={values.shedLagMs}
          onChange={(shedLagMs) => set(shedLagMs === null ? {} : { shedLagMs })}
          error={fieldError('shedLagMs')}
          {...mark('shedLagMs', 'From this lag on they get 503, known keys from four times of it. 0: never.')}
        />
      </div>
    </section>
  );
}
