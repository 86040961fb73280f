import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../src-renderer/routes');

/** The path of every page that the screens' router knows, as it is written there: `/keys/$keyId`. */
export function routedPaths(): readonly string[] {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const paths = texts.flatMap((text) =>
    Array.from(text.matchAll(/^\s+path: '([^']+)'/gm), ([, path = '']) => path),
  );
  if (paths.length === 0) throw new Error(`No route was found in ${folder}.`);
  return paths;
}
