import { expect, test } from 'vitest';
import { templateKey, type TemplateKey } from '#contract/templates.ts';
import { ALL_CHOSEN, chosenCount, isChosen, NOTHING_CHOSEN, withKeys } from './key-choice.ts';

const key = (keyId: string, drift: readonly string[] = ['rules']): TemplateKey =>
  templateKey.parse({ keyId, name: keyId, status: 'active', applicationName: 'A', partnerName: 'P', drift });
const [one, two, same] = [key('aaaaaaaaaaaa'), key('bbbbbbbbbbbb'), key('cccccccccccc', [])];

test('of thousands that differ all are chosen without being loaded, and those that are taken out are not', () => {
  const choice = withKeys(ALL_CHOSEN, [one], false);
  expect(chosenCount(choice, 2_431)).toBe(2_430);
  expect([one, two, same].map((each) => isChosen(choice, each))).toEqual([false, true, false]);
  expect(chosenCount(withKeys(choice, [one], true), 2_431)).toBe(2_431);
});

test('a key that is as the template is never chosen', () => {
  const choice = withKeys(NOTHING_CHOSEN, [one, same], true);
  expect([one, two, same].map((each) => isChosen(choice, each))).toEqual([true, false, false]);
  expect(chosenCount(choice, 2)).toBe(1);
});
