/** What of a rolldown plugin's context these plugins use. */
interface BuildContext {
  readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null;
}

/** Imports of Node's own modules become look-ups. An import statement reads every property of the module, and some of node:http load
 *  a whole other HTTP client when they are read: a third of a start. */
export function builtinsByLookup() {
  const statement =
    /^import\s*(?:([\w$]+)\s*,?\s*)?(\{[^}]*\}|\*\s*as\s+[\w$]+)?\s*from\s*"(node:[^"]+)";?$/gm;
  return {
    name: 'builtins-by-lookup',
    renderChunk: (code: string) =>
      code.replace(statement, (_all, whole?: string, named?: string, id = '') => {
        const names = [whole, named?.replace(/^\*\s*as\s+/, '').replaceAll(/\s+as\s+/g, ': ')];
        return names
          .filter((name) => name !== undefined)
          .map((name) => `const ${name} = process.getBuiltinModule("${String(id)}");`)
          .join(' ');
      }),
  };
}

/** Puts what the headless server loads at each start into few files: each one is looked up, read and linked by itself. `ground` is what
 *  the log's thread needs too, `wire` what the command line needs too, `server` the rest. What is loaded later stays apart. */
export function fewFilesAtStart(entries: {
  readonly server: string;
  readonly worker: string;
  readonly cli: string;
}) {
  const loaded = { server: new Set<string>(), worker: new Set<string>(), cli: new Set<string>() };
  return {
    plugin: {
      name: 'few-files-at-start',
      buildEnd(this: BuildContext): void {
        for (const name of ['server', 'worker', 'cli'] as const)
          loaded[name] = reachedFrom(entries[name], this);
      },
    },
    /** For `codeSplitting`: the file of a module, null when it is none of these. */
    nameOf: (moduleId: string): string | null => {
      if (!loaded.server.has(moduleId)) return null;
      if (loaded.worker.has(moduleId)) return 'ground';
      return loaded.cli.has(moduleId) ? 'wire' : 'server';
    },
  };
}

/** The modules that an entry imports, directly or not, without those that it imports later. */
function reachedFrom(entry: string, { getModuleInfo }: BuildContext): Set<string> {
  const reached = new Set([entry]);
  for (const id of reached)
    for (const imported of getModuleInfo(id)?.importedIds ?? []) reached.add(imported);
  return reached;
}
