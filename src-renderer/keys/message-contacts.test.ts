import { expect, test } from 'vitest';
import { contactsOf, mailLink } from './message-contacts.ts';

test('every contact is written to once, and keys without one are left out', () => {
  const keys = ['b@x.example', 'a@x.example', ' b@x.example', ' '].map((contactEmail) => ({ contactEmail }));
  expect(contactsOf(keys)).toEqual(['a@x.example', 'b@x.example']);
});

test('nobody sees the others, and an address cannot add fields of its own to the mail', () => {
  expect(mailLink(['a@x.example', 'b?cc=c@x.example'])).toBe(
    'mailto:?bcc=a%40x.example,b%3Fcc%3Dc%40x.example',
  );
  expect(mailLink([])).toBeNull();
  expect(mailLink(Array.from({ length: 200 }, (_, n) => `somebody${String(n)}@x.example`))).toBeNull();
});
