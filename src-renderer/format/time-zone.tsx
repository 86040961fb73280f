import { createContext, use, useState, type ReactNode } from 'react';
import type { TimeZoneChoice } from './time.ts';

interface TimeZoneState {
  readonly choice: TimeZoneChoice;
  readonly choose: (choice: TimeZoneChoice) => void;
}

const STORAGE_KEY = 'latchkey.timeZone';
const TimeZoneContext = createContext<TimeZoneState>({ choice: 'local', choose: () => undefined });

/** Keeps the choice between local time and UTC for everything below, and remembers it in this browser. */
export function TimeZoneProvider({ children }: { readonly children: ReactNode }) {
  const [choice, setChoice] = useState<TimeZoneChoice>(() =>
    localStorage.getItem(STORAGE_KEY) === 'utc' ? 'utc' : 'local',
  );
  const choose = (next: TimeZoneChoice) => {
    localStorage.setItem(STORAGE_KEY, next);
    setChoice(next);
  };
  return <TimeZoneContext value={{ choice, choose }}>{children}</TimeZoneContext>;
}

/** The choice between local time and UTC, and the means to change it. */
export function useTimeZone(): TimeZoneState {
  return use(TimeZoneContext);
}
