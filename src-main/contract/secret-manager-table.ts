import type { SecretForm, SecretGrant, SecretManager, SecretTarget } from './secret-form.ts';
import { singleQuoted } from './shell-text.ts';

/** One manager: everything that differs from the others. */
interface SecretManagerRow {
  readonly label: string;
  /** What stands for the place: its word, the usual one, and what it may be. null: the manager has none. */
  readonly place: {
    readonly label: string;
    readonly initial: string;
    readonly allowed: RegExp;
    readonly words: string;
  } | null;
  /** A name by the rules of this manager. */
  readonly nameOf: (text: string) => string;
  /** What has to stand around the key. Left out: nothing. */
  readonly around?: (target: SecretTarget) => Pick<SecretForm, 'before' | 'after'>;
  readonly fileWord?: string;
  readonly into: (target: SecretTarget) => SecretForm['into'];
  readonly note?: (target: SecretTarget) => string | null;
  readonly grant?: (target: SecretTarget) => SecretGrant;
}

const READS_ONE = 'Policy: reads this secret, nothing else';
const FALLBACK = 'api-key';

/** `Data feed (é)` → `data-feed-e`. */
function kebab(text: string, charactersMax: number): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F]/g, '')
    .toLowerCase();
  const words = plain.replaceAll(/[^a-z0-9]+/g, '-').slice(0, charactersMax);
  return words.replaceAll(/^-+|-+$/g, '') || FALLBACK;
}

/** `data feed` → `DATA_FEED`: a variable. GitHub keeps `GITHUB_` for itself, and no variable begins with a digit. */
function variable(text: string): string {
  const words = kebab(text, 100).toUpperCase().replaceAll('-', '_');
  return /^(?:[0-9]|GITHUB_)/.test(words) ? `KEY_${words}` : words;
}

/** JSON is YAML, but for characters that a file of YAML may not have as they are. */
function yamlText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

/** Every manager that keys can be put into. A new one is one entry. */
export const SECRET_MANAGER_TABLE: Readonly<Record<SecretManager, SecretManagerRow>> = {
  vault: {
    label: 'HashiCorp Vault',
    place: {
      ...{ label: 'Mount (KV version 2)', initial: 'secret', allowed: /^[\w-]+(?:\/[\w-]+)*$/ },
      words: 'Letters, digits, “-”, “_” and “/” between them.',
    },
    nameOf: (text) => kebab(text, 100),
    into: ({ name, place }) => ({
      argv: ['vault', 'kv', 'put', `-mount=${place}`, `latchkey/${name}`, 'api_key=-'],
    }),
    grant: ({ name, place }) => ({
      ...{ title: READS_ONE, syntax: 'hcl' },
      text: lines(`path "${place}/data/latchkey/${name}" {`, '  capabilities = ["read"]', '}'),
    }),
  },
  aws: {
    label: 'AWS Secrets Manager',
    place: null,
    nameOf: (text) => kebab(text, 200),
    into: ({ name, isRotation }) => ({
      argv: [
        ...['aws', 'secretsmanager'],
        ...(isRotation ? ['put-secret-value', '--secret-id'] : ['create-secret', '--name']),
        ...[`latchkey/${name}`, '--secret-string', 'file:///dev/stdin'],
      ],
    }),
    grant: ({ name }) => ({
      ...{ title: READS_ONE, syntax: 'json' },
      text: lines(
        '{',
        '  "Version": "2012-10-17",',
        '  "Statement": [',
        '    {',
        '      "Effect": "Allow",',
        '      "Action": "secretsmanager:GetSecretValue",',
        // Secrets Manager adds six characters of its own to every name.
        `      "Resource": "arn:aws:secretsmanager:*:*:secret:latchkey/${name}-??????"`,
        '    }',
        '  ]',
        '}',
      ),
    }),
  },
  google: {
    label: 'Google Secret Manager',
    place: null,
    nameOf: (text) => kebab(text, 200),
    into: ({ name, isRotation }) => ({
      argv: isRotation
        ? ['gcloud', 'secrets', 'versions', 'add', name, '--data-file=-']
        : ['gcloud', 'secrets', 'create', name, '--replication-policy=automatic', '--data-file=-'],
    }),
    grant: ({ name }) => ({
      ...{ title: READS_ONE, syntax: 'sh' },
      text: lines(
        `gcloud secrets add-iam-policy-binding ${name} \\`,
        '  --member="serviceAccount:$SERVICE_ACCOUNT_EMAIL" \\',
        '  --role=roles/secretmanager.secretAccessor',
      ),
    }),
  },
  azure: {
    label: 'Azure Key Vault',
    place: {
      ...{ label: 'Key vault', initial: 'my-vault', allowed: /^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/ },
      words: '3 to 24 letters, digits and “-”, a letter first.',
    },
    nameOf: (text) => kebab(text, 120),
    into: ({ name, place }) => ({
      argv: [
        ...['az', 'keyvault', 'secret', 'set', '--vault-name', place, '--name', name],
        // Left to itself it takes the text for base64, and prints the secret afterwards.
        ...['--file', '/dev/stdin', '--encoding', 'utf-8', '--output', 'none'],
      ],
    }),
    grant: ({ name, place }) => ({
      ...{ title: READS_ONE, syntax: 'sh' },
      text: lines(
        "az role assignment create --role 'Key Vault Secrets User' \\",
        '  --assignee "$READER_OBJECT_ID" \\',
        `  --scope "$(az keyvault show --name ${place} --query id --output tsv)/secrets/${name}"`,
      ),
    }),
  },
  kubernetes: {
    label: 'Kubernetes Secret',
    place: {
      ...{ label: 'Namespace', initial: 'default', allowed: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/ },
      words: 'Up to 63 small letters, digits and “-” between them.',
    },
    nameOf: (text) => kebab(text, 200),
    around: ({ name, place }) => ({
      before: [
        ...['apiVersion: v1', 'kind: Secret', 'metadata:'],
        ...[`  name: ${yamlText(name)}`, `  namespace: ${yamlText(place)}`],
        ...['type: Opaque', 'stringData:', '  api-key: "'],
      ].join('\n'),
      after: '"\n',
    }),
    fileWord: 'manifest',
    // "apply" would keep the whole manifest once more, in an annotation.
    into: ({ isRotation }) => ({ argv: ['kubectl', isRotation ? 'replace' : 'create', '-f', '-'] }),
    grant: ({ name, place }) => ({
      ...{ title: 'Role: reads this secret, nothing else', syntax: 'yaml' },
      text: lines(
        ...['apiVersion: rbac.authorization.k8s.io/v1', 'kind: Role', 'metadata:'],
        ...[`  name: ${yamlText(`read-${name}`)}`, `  namespace: ${yamlText(place)}`],
        ...['rules:', '  - apiGroups: [""]', '    resources: ["secrets"]'],
        ...[`    resourceNames: [${yamlText(name)}]`, '    verbs: ["get"]'],
      ),
    }),
  },
  docker: {
    label: 'Docker secret',
    place: null,
    nameOf: (text) => kebab(text, 60),
    into: ({ name }) => ({ argv: ['docker', 'secret', 'create', name, '-'] }),
    note: ({ isRotation }) =>
      isRotation ? 'A Docker secret cannot be changed: give the new one another name.' : null,
    grant: ({ name }) => ({
      ...{ title: 'Stack: only services that name it get it', syntax: 'yaml' },
      text: lines(
        ...['services:', '  my-service:', `    secrets: [${yamlText(name)}]`],
        ...['secrets:', `  ${yamlText(name)}:`, '    external: true'],
      ),
    }),
  },
  '1password': {
    label: '1Password',
    place: {
      ...{ label: 'Vault', initial: 'Private', allowed: /^[^\p{Cc}:]{1,100}$/u },
      words: 'The name of a vault, without “:”.',
    },
    // A title is free, but for what the program would take for an option.
    nameOf: (text) =>
      text
        .replaceAll(/\p{Cc}+/gu, ' ')
        .replace(/^[\s-]+/, '')
        .slice(0, 100)
        .toWellFormed()
        .trim() || FALLBACK,
    around: ({ name }) => ({
      before: `{"title":${JSON.stringify(name)},"category":"API_CREDENTIAL","fields":[{"id":"credential","type":"CONCEALED","label":"credential","value":"`,
      after: '"}]}',
    }),
    into: ({ name, place, isRotation }) => ({
      argv: ['op', 'item', ...(isRotation ? ['edit', name] : ['create', '-']), `--vault=${place}`],
    }),
    grant: ({ name, place }) => ({
      ...{ title: 'Service account: reads this vault, nothing else', syntax: 'sh' },
      text: lines(
        `op service-account create ${kebab(name, 60)}-reader --vault ${singleQuoted(`${place}:read_items`)}`,
      ),
    }),
  },
  github: {
    label: 'GitHub Actions secret',
    place: {
      ...{ label: 'Repository', initial: 'owner/repository', allowed: /^\w[\w.-]*\/[\w.-]+$/ },
      words: 'Owner and repository: “acme/shop”.',
    },
    nameOf: variable,
    into: ({ name, place }) => ({ argv: ['gh', 'secret', 'set', name, `--repo=${place}`] }),
    grant: ({ name }) => ({
      ...{ title: 'Workflow: only this step gets it', syntax: 'yaml' },
      text: lines('steps:', '  - run: ./deploy', '    env:', `      ${name}: \${{ secrets.${name} }}`),
    }),
  },
  systemd: {
    label: 'systemd credential',
    place: null,
    nameOf: (text) => kebab(text, 200),
    into: ({ name }) => ({
      argv: ['systemd-creds', 'encrypt', `--name=${name}`, '-', `/etc/credstore.encrypted/${name}`],
    }),
    note: () => 'As root, in the directory /etc/credstore.encrypted (create it with mode 700).',
    grant: ({ name }) => ({
      ...{ title: 'Unit: only this service gets it, as $CREDENTIALS_DIRECTORY/…', syntax: 'ini' },
      text: lines('[Service]', `LoadCredentialEncrypted=${name}:/etc/credstore.encrypted/${name}`),
    }),
  },
  dotenv: {
    label: '.env file',
    place: {
      ...{ label: 'File', initial: '.env', allowed: /^[^\p{Cc}]{1,200}$/u },
      words: 'The name of a file.',
    },
    nameOf: variable,
    ...{ around: ({ name }) => ({ before: `${name}=`, after: '\n' }), fileWord: 'line' },
    into: ({ place }) => ({ file: place }),
    note: ({ isRotation }) =>
      isRotation
        ? 'Take the line with the old secret out of the file. Keep the file out of Git.'
        : 'Keep the file out of Git.',
  },
};
