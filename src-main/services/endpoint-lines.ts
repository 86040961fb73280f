import { RouteCollector, type ReadRoutes } from './import-route.ts';

// Methods, white space, a path, and perhaps a summary. Each part excludes what follows it: linear.
const LINE = /^([A-Za-z]+(?:[ \t]*,[ \t]*[A-Za-z]+)*)[ \t]+(\/\S*)(.*)$/;

/** Reads pasted lines such as `GET /inventory/{id}`, `GET,POST /offers` or `GET /offers List offers`.
 *  Blank lines and lines that start with # are left out. Problems name the line, counted from 1. */
export function readEndpointLines(text: string): ReadRoutes {
  const collector = new RouteCollector();
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    readLine(collector, line, index + 1);
  }
  return collector.read();
}

function readLine(collector: RouteCollector, line: string, number: number): void {
  const where = line.slice(0, 80);
  const match = LINE.exec(line);
  if (match === null) {
    const message = 'Write a method and a path, for example GET /inventory/{id}.';
    collector.problem({ line: () => number, where, message });
    return;
  }
  const [, methods = '', path = '', rest = ''] = match;
  // A comment after the path is none of the summary.
  const summary = /^\s+#/.test(rest) ? '' : rest;
  for (const method of methods.split(',')) {
    collector.add(
      { line: () => number, where },
      { method: method.trim().toUpperCase(), path, groupPath: path, group: undefined, summary },
    );
  }
}
