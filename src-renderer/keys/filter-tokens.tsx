import { X } from 'lucide-react';
import { useApplications, useScopes, useServices, useTemplates } from '#renderer/api/queries.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import type { KeysSearch } from './keys-search.ts';
import styles from './keys.module.css';

interface FilterTokensProps {
  readonly search: KeysSearch;
  readonly onChange: (next: Partial<KeysSearch>) => void;
}

/** The filters that have no field of their own in the bar, each with the means to take it away. */
export function FilterTokens({ search, onChange }: FilterTokensProps) {
  const names = useNames(search);
  return tokensOf(search, names).map(({ words, clears }) => (
    <span key={words} className={styles.token}>
      {words}
      <IconButton
        label={`Remove filter ${words}`}
        icon={<X aria-hidden />}
        onClick={() => onChange(Object.fromEntries(clears.map((field) => [field, undefined])))}
      />
    </span>
  ));
}

interface Names {
  readonly application: string;
  readonly scope: string;
  readonly service: string;
  readonly template: string;
}

/** Names of what the address only has ids of; … until they are known. */
function useNames({ application, scope, at, template }: KeysSearch): Names {
  const applications = useApplications({}, { isEnabled: application !== undefined });
  const scopes = useScopes({}, { isEnabled: scope !== undefined });
  const services = useServices({ isEnabled: at !== undefined });
  const templates = useTemplates({ includeArchived: true }, { isEnabled: template !== undefined });
  return {
    template: templates.data?.items.find(({ id }) => id === template)?.name ?? '…',
    application: applications.data?.items.find(({ id }) => id === application)?.name ?? '…',
    scope: scopes.data?.items.find(({ id }) => id === scope)?.name ?? '…',
    service: services.data?.items.find(({ id }) => id === at)?.name ?? '…',
  };
}

interface Token {
  readonly words: string;
  readonly clears: readonly (keyof KeysSearch)[];
}

function tokensOf(search: KeysSearch, names: Names): readonly Token[] {
  const tokens: Token[] = [];
  const add = (field: keyof KeysSearch, words: string, ...also: readonly (keyof KeysSearch)[]) => {
    if (search[field] !== undefined) tokens.push({ words, clears: [field, ...also] });
  };
  add('application', `Application ${names.application}`);
  add('scope', `Scope ${names.scope}`);
  add('tag', `Tag ${search.tag ?? ''}`);
  add('template', `Template ${names.template}`);
  add('can', `Can call ${search.can ?? ''}${search.at === undefined ? '' : ` at ${names.service}`}`, 'at');
  add('expires', search.expires === 'soon' ? 'Expires within 14 days' : 'Never expires');
  add('used', search.used === 'never' ? 'Never used' : 'Not used for 30 days');
  add('errors', `Error rate ${String(search.errors ?? 0)} % or more`);
  add('limit', 'No limit');
  add('contact', 'No contact');
  add('sharing', 'Sharing suspected');
  add('scoped', 'Over-scoped');
  add('by', 'Created by me');
  return tokens;
}
