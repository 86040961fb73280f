const rules = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Record<Intl.LDMLPluralRule, string>> = {
  one: 'st',
  two: 'nd',
  few: 'rd',
  other: 'th',
  zero: 'th',
  many: 'th',
};

/** `2nd`, `12th`. */
export function ordinal(value: number): string {
  return `${String(value)}${SUFFIXES[rules.select(value)]}`;
}
