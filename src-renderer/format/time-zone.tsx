import { createContext, use, useState, type ReactNode } from 'react';
import type { TimeZoneChoice } from './time.ts';

interface TimeZoneState {
  readonly choice: TimeZoneChoice;
  readonly choose: (choice: TimeZoneChoice) => void;
  /** From UTC back to the zone that was chosen before it, and from any other to UTC. */
  readonly toggle: () => void;
}

const STORAGE_KEY = 'latchkey.timeZone';
/** What `toggle` goes back to. */
const HOME_KEY = 'latchkey.timeZoneHome';
const TimeZoneContext = createContext<TimeZoneState>({
  choice: 'local',
  choose: () => undefined,
  toggle: () => undefined,
});

/** Is a text a choice that this browser can show? */
export function isTimeZoneChoice(text: string | null): text is TimeZoneChoice {
  return (
    text === 'local' || text === 'utc' || (text !== null && Intl.supportedValuesOf('timeZone').includes(text))
  );
}

const stored = (key: string): TimeZoneChoice => {
  const text = localStorage.getItem(key);
  return isTimeZoneChoice(text) ? text : 'local';
};

/** Keeps the choice of the clock that times are shown in for everything below, and remembers it in this browser. */
export function TimeZoneProvider({ children }: { readonly children: ReactNode }) {
  const [choice, setChoice] = useState<TimeZoneChoice>(() => stored(STORAGE_KEY));
  const choose = (next: TimeZoneChoice) => {
    localStorage.setItem(STORAGE_KEY, next);
    if (next !== 'utc') localStorage.setItem(HOME_KEY, next);
    setChoice(next);
  };
  const toggle = () => choose(choice === 'utc' ? stored(HOME_KEY) : 'utc');
  return <TimeZoneContext value={{ choice, choose, toggle }}>{children}</TimeZoneContext>;
}

/** The choice of the clock that times are shown in, and the means to change it. */
export function useTimeZone(): TimeZoneState {
  return use(TimeZoneContext);
}
