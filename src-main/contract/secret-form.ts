/** Where keys can be put, in the order in which they are offered. */
export const SECRET_MANAGERS = [
  'vault',
  'aws',
  'google',
  'azure',
  'kubernetes',
  'docker',
  '1password',
  'github',
  'systemd',
  'dotenv',
] as const;
export type SecretManager = (typeof SECRET_MANAGERS)[number];

/** What somebody says of the place for a key. */
export interface SecretTarget {
  /** What the key is to be called there; every manager makes a name of its own rules of it. */
  readonly name: string;
  /** Mount, namespace, vault or file; left out where the manager has none, or for the usual one. */
  readonly place: string;
  /** A new secret of a key that is there already. */
  readonly isRotation: boolean;
}

/** How a key gets to one manager without being in a shell's history or in the arguments of a process. */
export interface SecretForm {
  /** The manager's name on screen. */
  readonly label: string;
  /** The key's name there. */
  readonly name: string;
  /** What the manager is given: `before`, the key, `after`. */
  readonly before: string;
  readonly after: string;
  /** The program that reads it from its standard input, with its arguments; or the file to which it is added. */
  readonly into: { readonly argv: readonly string[] } | { readonly file: string };
  /** For a POSIX shell: asks for the key without showing it, and passes it on. */
  readonly command: string;
  /** "manifest": what `before`, the key and `after` are together, where somebody may want to copy that; null where not. */
  readonly fileWord: string | null;
  readonly note: string | null;
  readonly grant: SecretGrant | null;
}

/** What lets one reader have this secret and no other; `$WORDS` in capitals are for the reader to fill in. */
export interface SecretGrant {
  /** "Policy: reads this secret, nothing else". */
  readonly title: string;
  readonly syntax: 'hcl' | 'json' | 'yaml' | 'ini' | 'sh';
  readonly text: string;
}
