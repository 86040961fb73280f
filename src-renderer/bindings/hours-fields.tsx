import { Plus, Trash2 } from 'lucide-react';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { localTimeZone, TimeZoneField } from '#renderer/ui/time-zone-field.tsx';
import { newHours, type BindingFieldsProps, type HoursDraft } from './binding-draft.ts';
import styles from './bindings.module.css';
import { DAY_NAMES } from './hours-text.ts';

const HOURS_MAX = 20;

/** The hours in which the key may be used; none means at any time. */
export function HoursFields({ draft, onChange, errorOf, idOf }: BindingFieldsProps) {
  const { timeAllow } = draft;
  return (
    <fieldset className={styles.part}>
      <legend>Hours</legend>
      {timeAllow.length === 0 && <p className={styles.quiet}>At any time.</p>}
      {timeAllow.map((hours, index) => (
        <HoursRow
          key={index}
          index={index}
          hours={hours}
          onChange={(next) => onChange({ timeAllow: timeAllow.with(index, next) })}
          onRemove={() => onChange({ timeAllow: timeAllow.toSpliced(index, 1) })}
          errorOf={(part) => errorOf(`timeAllow.${index}.${part}`)}
          idOf={(part) => idOf(`timeAllow.${index}.${part}`)}
        />
      ))}
      <div>
        <Button
          icon={<Plus aria-hidden />}
          disabledReason={timeAllow.length < HOURS_MAX ? undefined : `At most ${HOURS_MAX} entries.`}
          onClick={() => onChange({ timeAllow: [...timeAllow, newHours(localTimeZone())] })}
        >
          Add hours
        </Button>
      </div>
    </fieldset>
  );
}

interface HoursRowProps {
  readonly index: number;
  readonly hours: HoursDraft;
  readonly onChange: (hours: HoursDraft) => void;
  readonly onRemove: () => void;
  readonly errorOf: (part: string) => string | undefined;
  readonly idOf: (part: string) => string;
}

function HoursRow({ index, hours, onChange, onRemove, errorOf, idOf }: HoursRowProps) {
  const daysError = errorOf('days');
  return (
    <div className={styles.hours} role="group" aria-label={`Hours ${index + 1}`}>
      <div className={styles.hoursHead}>
        <div className={styles.days} id={idOf('days')}>
          {DAY_NAMES.map((name, position) => {
            const day = position + 1;
            const others = hours.days.filter((other) => other !== day);
            return (
              <Checkbox
                key={name}
                label={name}
                isChecked={hours.days.includes(day)}
                onChange={(next) => onChange({ ...hours, days: next ? [...others, day] : others })}
              />
            );
          })}
        </div>
        <IconButton label={`Remove hours ${index + 1}`} icon={<Trash2 aria-hidden />} onClick={onRemove} />
      </div>
      {daysError !== undefined && (
        <p className={styles.error} role="alert">
          {daysError}
        </p>
      )}
      <div className={styles.clock}>
        <TextField
          id={idOf('from')}
          label="From"
          isMono
          placeholder="08:00"
          value={hours.from}
          onChange={(from) => onChange({ ...hours, from })}
          error={errorOf('from')}
        />
        <TextField
          id={idOf('to')}
          label="To"
          isMono
          placeholder="18:00"
          value={hours.to}
          onChange={(to) => onChange({ ...hours, to })}
          error={errorOf('to')}
        />
        <TimeZoneField
          id={idOf('timeZone')}
          label="Time zone"
          value={hours.timeZone}
          onChange={(timeZone) => onChange({ ...hours, timeZone })}
          error={errorOf('timeZone')}
        />
      </div>
      {hours.to < hours.from && hours.to !== '' && (
        <p className={styles.quiet}>Ends at {hours.to} of the next day.</p>
      )}
    </div>
  );
}
