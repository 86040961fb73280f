import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const sheets = globSync('**/*.css', { cwd: root }).map((name) => ({
  name,
  // Without comments and without the conditions of media and container queries, whose words are physical.
  text: readFileSync(join(root, name), 'utf8')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/@(?:media|container)[^{]*\{/g, '{'),
}));

const declarations = sheets.flatMap(({ name, text }) =>
  [...text.matchAll(/(?:^|[;{])\s*([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g)].map(
    ([, property = '', value = '']) => ({
      name,
      property,
      value: value.trim(),
    }),
  ),
);

const PHYSICAL =
  /^(?:top|right|bottom|left|(?:min-|max-)?(?:width|height)|(?:margin|padding|border|inset)-(?:top|right|bottom|left)(?:-.*)?|border-(?:top|bottom)-(?:left|right)-radius|overflow-[xy]|scroll-(?:margin|padding)-(?:top|right|bottom|left))$/;
/** The block axis is the vertical one in every language of these screens. */
const MAY = new Set(['overflow-y', 'overflow-x']);

test('the style sheets name no side of the window, only beginnings and ends, so that they turn round with the script', () => {
  expect(declarations.length).toBeGreaterThan(500);
  const physical = declarations.filter(
    ({ property, value }) =>
      (PHYSICAL.test(property) && !MAY.has(property)) ||
      (/^(?:text-align|float|clear)$/.test(property) && /^(?:left|right)$/.test(value)),
  );
  expect(physical).toEqual([]);
});

test('colours come from the tokens: no other sheet holds a colour of its own', () => {
  const own = declarations.filter(
    ({ name, property, value }) =>
      !name.endsWith('tokens.css') &&
      /(?:color|background|border|outline|shadow|fill|stroke)/.test(property) &&
      /#[0-9a-f]{3,8}\b|\b(?:white|black|red|green|blue|grey|gray)\b/i.test(value),
  );
  expect(own).toEqual([]);
});
