import { useMemo } from 'react';
import { Combobox } from './combobox.tsx';
import type { FieldProps } from './field.tsx';

interface TimeZoneFieldProps extends FieldProps {
  /** Name of the IANA database, or `UTC`. */
  readonly value: string;
  readonly onChange: (timeZone: string) => void;
}

/** A time zone, found by typing a part of its name. */
export function TimeZoneField({ value, onChange, ...field }: TimeZoneFieldProps) {
  const options = useMemo(
    () =>
      [...new Set(['UTC', localTimeZone(), value, ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({
        value: zone,
        label: zone,
      })),
    [value],
  );
  return (
    <Combobox
      {...field}
      value={value}
      options={options}
      onChange={(zone) => onChange(zone ?? 'UTC')}
      emptyText="No time zone of this name."
    />
  );
}

/** The zone of this computer. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
