import { useDeferredValue } from 'react';
import type { Settings } from '#contract/settings.ts';
import { useRetentionPreview, useSettings, useStatus } from '#renderer/api/queries.ts';
import { bytes, count, counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { SampleData } from '#renderer/samples/sample-data.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { DeadKeysForm } from './dead-keys-form.tsx';
import { SaveBar } from './save-bar.tsx';
import { StorageBlock } from './storage-block.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

const MEGABYTE = 1_000_000;

/** How long the request log is kept, what it takes, and what a change would remove. */
export function RetentionSection() {
  const status = useStatus();
  const settings = useSettings();
  return (
    <>
      <AsyncRegion query={status} subject="The log’s size">
        {({ log }) => (
          <section className={styles.block}>
            <h2>Request log now</h2>
            <Facts>
              <Fact name="Rows">{count(log.rowCount)}</Fact>
              <Fact name="Oldest row">
                {log.oldestAt === null ? 'none yet' : <AbsoluteTime at={log.oldestAt} />}
              </Fact>
              <Fact name="Lost rows">
                {log.lostRows === 0
                  ? 'none'
                  : `${count(log.lostRows)} (${log.lostByReason
                      .map((entry) => `${entry.reason.replaceAll('_', ' ')}: ${count(entry.count)}`)
                      .join(', ')})`}
              </Fact>
            </Facts>
          </section>
        )}
      </AsyncRegion>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => <RetentionForm saved={saved} />}
      </AsyncRegion>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => <DeadKeysForm saved={saved} />}
      </AsyncRegion>
      <StorageBlock />
      <SampleData />
    </>
  );
}

function RetentionForm({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError, mark } = form;
  return (
    <section className={styles.block}>
      <h2>Keep</h2>
      <div className={styles.pair}>
        <NumberField
          label="Single requests"
          suffix="days"
          value={values.requestRetentionDays}
          min={1}
          max={3_650}
          onChange={(days) => set(days === null ? {} : { requestRetentionDays: days })}
          error={fieldError('requestRetentionDays')}
          {...mark('requestRetentionDays')}
        />
        <NumberField
          label="Largest size of the log"
          suffix="MB"
          value={values.requestStoreMbMax}
          min={16}
          max={1_000_000}
          onChange={(size) => set(size === null ? {} : { requestStoreMbMax: size })}
          error={fieldError('requestStoreMbMax')}
          {...mark('requestStoreMbMax', 'The oldest rows go first.')}
        />
        <NumberField
          label="Totals by minute"
          suffix="days"
          value={values.minuteRollupDays}
          min={1}
          max={3_650}
          onChange={(days) => set(days === null ? {} : { minuteRollupDays: days })}
          error={fieldError('minuteRollupDays')}
          {...mark('minuteRollupDays')}
        />
        <NumberField
          label="Totals by hour"
          suffix="days"
          value={values.hourRollupDays}
          min={7}
          max={3_650}
          onChange={(days) => set(days === null ? {} : { hourRollupDays: days })}
          error={fieldError('hourRollupDays')}
          {...mark('hourRollupDays', 'Totals by day are kept for good.')}
        />
      </div>
      {form.isChanged && <Effect values={values} />}
      <SaveBar form={form} />
    </section>
  );
}

function Effect({ values }: { readonly values: Settings }) {
  const days = useDeferredValue(values.requestRetentionDays);
  const size = useDeferredValue(values.requestStoreMbMax);
  const preview = useRetentionPreview(
    { requestRetentionDays: days, requestStoreMbMax: size },
    { keepsPrevious: true },
  );
  const data = preview.data;
  if (data === undefined) return null;
  return (
    <p role="status">
      {data.rowsRemoved === 0
        ? `Removes nothing now; ${counted(data.rowsKept, 'row')} stay within ${bytes(size * MEGABYTE)}.`
        : `Removes ${counted(data.rowsRemoved, 'row')} now and keeps ${count(data.rowsKept)}. Their totals stay in the charts.`}
    </p>
  );
}
