import { METHODS, PATTERN_CHARACTERS_MAX, type Method } from '#contract/http-methods.ts';
import type { ImportResult } from '#contract/endpoint-import.ts';
import { parsePattern } from '#main/domain/path-rules.ts';
import { endpointGroup } from './endpoint-group.ts';

const SUMMARY_CHARACTERS_MAX = 300;
const PROBLEMS_MAX = 200;

export type ImportProblem = ImportResult['problems'][number];

/** An endpoint as a document or a pasted line names it. */
export interface ImportRoute {
  readonly method: Method;
  readonly path: string;
  readonly group: string;
  readonly summary: string;
}

/** What was read: usable routes, each method and path once, and what is wrong with the rest. */
export interface ReadRoutes {
  readonly routes: readonly ImportRoute[];
  readonly problems: readonly ImportProblem[];
}

/** A problem whose line is looked up only when it is shown: that can mean reading the whole text. */
export interface Fault {
  readonly line: () => number | null;
  readonly where: string;
  readonly message: string;
}

/** Collects routes while a source is read. */
export class RouteCollector {
  readonly #routes = new Map<string, ImportRoute>();
  readonly #problems: ImportProblem[] = [];
  #unshownProblems = 0;

  /** Takes a route, or notes why not. `groupPath` is the path without a prefix that all paths share. */
  add(
    from: Omit<Fault, 'message'>,
    route: {
      readonly method: string;
      readonly path: string;
      readonly groupPath: string;
      readonly group: string | undefined;
      readonly summary: string;
    },
  ): void {
    const method = METHODS.find((known) => known === route.method);
    const why = method === undefined ? wrongMethod(route.method) : wrongPath(route.path);
    if (method === undefined || why !== null) {
      this.problem({ ...from, message: why ?? '' });
      return;
    }
    const name = `${method} ${route.path}`;
    if (this.#routes.has(name)) {
      this.problem({ ...from, message: `${name} is there twice. The first one counts.` });
      return;
    }
    this.#routes.set(name, {
      method,
      path: route.path,
      group: endpointGroup(route.group === undefined ? undefined : oneLine(route.group), route.groupPath),
      summary: oneLine(route.summary).slice(0, SUMMARY_CHARACTERS_MAX),
    });
  }

  /** Notes what could not be taken. Beyond 200 only the number is kept. */
  problem(fault: Fault): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ ...fault, line: fault.line() });
    else this.#unshownProblems += 1;
  }

  read(): ReadRoutes {
    const problems = [...this.#problems];
    if (this.#unshownProblems > 0) {
      const message = `${String(this.#unshownProblems)} more problems are not listed.`;
      problems.push({ line: null, where: '', message });
    }
    return { routes: [...this.#routes.values()], problems };
  }
}

function wrongMethod(method: string): string {
  return `${method.slice(0, 20)} is not a method of the catalogue. Use one of ${METHODS.join(', ')}.`;
}

function wrongPath(path: string): string | null {
  if (path.length > PATTERN_CHARACTERS_MAX) {
    return `The path has more than ${String(PATTERN_CHARACTERS_MAX)} characters.`;
  }
  const pattern = parsePattern(path);
  return pattern.ok ? null : pattern.message;
}

/** Control and invisible characters have no place in a list: they hide or reorder text. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}
