import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { DIGEST_TIME_DEFAULT, type DigestSchedule, type DigestTime } from '#contract/digest.ts';
import type { Partner } from '#contract/partners.ts';
import { useSetDigest } from '#renderer/api/commands.ts';
import { useDigestSchedule } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { localTimeZone, TimeZoneField } from '#renderer/ui/time-zone-field.tsx';
import styles from './partners.module.css';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const DAY_OPTIONS: readonly Option<string>[] = DAYS.map((label, index) => ({
  value: String(index + 1),
  label,
}));
const HOUR_OPTIONS: readonly Option<string>[] = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));

/** Whether the digest goes to the partner every week by itself, and when. */
export function DigestScheduleFields({ partner }: { readonly partner: Partner }) {
  const query = useDigestSchedule({ partnerId: partner.id });
  return (
    <AsyncRegion query={query} subject="The schedule">
      {(schedule) => <Fields key={JSON.stringify(schedule.time)} partner={partner} schedule={schedule} />}
    </AsyncRegion>
  );
}

function Fields({ partner, schedule }: { readonly partner: Partner; readonly schedule: DigestSchedule }) {
  const saved = schedule.time;
  const [time, setTime] = useState<DigestTime>(
    saved ?? { ...DIGEST_TIME_DEFAULT, timeZone: localTimeZone() },
  );
  const set = useSetDigest();
  const forbidden = useForbidden()('partners.setDigest');
  const save = (next: DigestTime | null) => void set.run({ partnerId: partner.id, time: next });
  const isChanged = saved !== null && JSON.stringify(saved) !== JSON.stringify(time);
  return (
    <section className={styles.schedule} aria-label="Weekly mail">
      <Switch
        label="Mail it every week"
        help={`To ${partner.contactEmail}, in plain text, without any secret.`}
        isOn={saved !== null}
        disabled={forbidden !== undefined || set.isRunning}
        onChange={(isOn) => save(isOn ? time : null)}
      />
      {saved !== null && (
        <>
          <div className={styles.when}>
            <Select
              label="Day"
              value={String(time.weekday)}
              options={DAY_OPTIONS}
              onChange={(day) => setTime({ ...time, weekday: Number(day) })}
            />
            <Select
              label="Hour"
              value={String(time.hour)}
              options={HOUR_OPTIONS}
              onChange={(hour) => setTime({ ...time, hour: Number(hour) })}
            />
            <TimeZoneField
              label="Time zone of the partner"
              value={time.timeZone}
              onChange={(timeZone) => setTime({ ...time, timeZone })}
            />
            {isChanged && (
              <Button isBusy={set.isRunning} disabledReason={forbidden} onClick={() => save(time)}>
                Save time
              </Button>
            )}
          </div>
          <State schedule={schedule} />
        </>
      )}
      <ErrorNote error={set.error} />
    </section>
  );
}

function State({ schedule: { nextAt, lastSentAt, isMailOn } }: { readonly schedule: DigestSchedule }) {
  if (!isMailOn) {
    return (
      <p role="status" className={styles.note}>
        Nothing is sent: no mail server is set up.{' '}
        <Link to="/settings/$section" params={{ section: 'notices' }}>
          Set one up
        </Link>
      </p>
    );
  }
  return (
    <p role="status" className={styles.note}>
      {nextAt !== null && (
        <>
          Next: <AbsoluteTime at={nextAt} />.{' '}
        </>
      )}
      {lastSentAt === null ? (
        'None was sent yet.'
      ) : (
        <>
          Last sent <RelativeTime at={lastSentAt} />.
        </>
      )}
    </p>
  );
}
