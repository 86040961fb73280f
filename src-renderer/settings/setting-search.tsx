import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { count } from '#renderer/format/numbers.ts';
import { ranked } from '#renderer/palette/rank.ts';
import { TextField } from '#renderer/ui/text-field.tsx';
import { SETTINGS_SECTIONS } from './sections.ts';
import { SETTING_INDEX } from './setting-index.ts';
import styles from './settings.module.css';

/** More than fit beside a page are no help. */
const FOUND_MAX = 12;

const ENTRIES = SETTINGS_SECTIONS.flatMap(({ name, label, words }) =>
  SETTING_INDEX[name].map((setting) => ({
    id: `${name} ${setting}`,
    section: name,
    where: label,
    label: setting,
    words: `${label} ${words}`,
  })),
);

/** Finds a setting by its words or those of its section. What is found takes the place of `children` while something is typed. */
export function SettingSearch({ children }: { readonly children: ReactNode }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const isAsked = typed.trim() !== '';
  const found = isAsked ? ranked(typed, ENTRIES, []).slice(0, FOUND_MAX) : [];
  const go = (entry: (typeof ENTRIES)[number] | undefined) => {
    if (entry === undefined) return;
    setTyped('');
    const { section, label } = entry;
    void navigate({ to: '/settings/$section', params: { section }, search: { find: label } });
  };
  const words = found.length === 0 ? 'No setting has these words.' : `${count(found.length)} found`;
  return (
    <div>
      <form
        role="search"
        aria-label="Settings"
        className={styles.search}
        onSubmit={(event) => {
          event.preventDefault();
          go(found[0]);
        }}
      >
        <TextField
          label="Find a setting"
          hideLabel
          type="search"
          placeholder="Find a setting"
          value={typed}
          onChange={setTyped}
        />
      </form>
      {!isAsked && children}
      {found.length > 0 && (
        <ul aria-label="Settings found">
          {found.map((entry) => (
            <li key={entry.id}>
              <button type="button" className={styles.found} onClick={() => go(entry)}>
                {entry.label} <span>{entry.where}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className={found.length > 0 ? 'visually-hidden' : styles.quiet}>
        {isAsked && words}
      </p>
    </div>
  );
}
