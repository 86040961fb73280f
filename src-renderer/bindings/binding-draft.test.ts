import { expect, test } from 'vitest';
import { serviceId } from '#contract/ids.ts';
import {
  bindingDraftOf,
  isBound,
  isPlainBinding,
  NO_BINDINGS,
  newHours,
  typedBindings,
  type Bindings,
} from './binding-draft.ts';
import { hoursText } from './hours-text.ts';

const BINDINGS: Bindings = {
  ipAllow: ['10.0.0.0/8', '2001:db8::/32'],
  originAllow: ['https://shop.example'],
  userAgentAllow: ['curl', 'acme-sync'],
  serviceAllow: [serviceId.parse('svc_0123456789abcdef')],
  timeAllow: [{ days: [1, 5], from: '08:00', to: '24:00', timeZone: 'Europe/Berlin' }],
  bindingMode: 'observe',
};

test('bindings come back from the form as they were', () => {
  expect(typedBindings(bindingDraftOf(BINDINGS))).toEqual(BINDINGS);
  expect(isBound(BINDINGS)).toBe(true);
});

test('an empty form binds to nothing, and blank lines, commas and spaces count for nothing', () => {
  expect(isBound(typedBindings(NO_BINDINGS))).toBe(false);
  expect(typedBindings({ ...NO_BINDINGS, ipAllow: ' 10.0.0.1 ,\n\n 10.0.0.2\n' }).ipAllow).toEqual([
    '10.0.0.1',
    '10.0.0.2',
  ]);
});

test('days go out in the order of the week, whatever the order of the clicks', () => {
  const hours = { ...newHours('UTC'), days: [7, 1, 3] };
  expect(typedBindings({ ...NO_BINDINGS, timeAllow: [hours] }).timeAllow[0]?.days).toEqual([1, 3, 7]);
});

test('whatever stands behind the disclosure opens it', () => {
  expect(isPlainBinding({ ...NO_BINDINGS, ipAllow: '10.0.0.1', originAllow: 'https://a.example' })).toBe(
    true,
  );
  expect(isPlainBinding({ ...NO_BINDINGS, userAgentAllow: 'curl' })).toBe(false);
  expect(isPlainBinding({ ...NO_BINDINGS, timeAllow: [newHours('UTC')] })).toBe(false);
  expect(isPlainBinding({ ...NO_BINDINGS, bindingMode: 'observe' })).toBe(false);
});

test('hours in words: runs of days, and nights that end on the next day', () => {
  const hours = { from: '08:00', to: '18:00', timeZone: 'UTC' };
  expect(hoursText({ ...hours, days: [1, 2, 3, 4, 5] })).toBe('Mon–Fri 08:00–18:00 (UTC)');
  expect(hoursText({ ...hours, days: [7, 6] })).toBe('Sat, Sun 08:00–18:00 (UTC)');
  expect(hoursText({ ...hours, days: [1, 3, 4, 5] })).toBe('Mon, Wed–Fri 08:00–18:00 (UTC)');
  expect(hoursText({ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00', timeZone: 'UTC' })).toBe(
    'every day 22:00–06:00 of the next day (UTC)',
  );
});
