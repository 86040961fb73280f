import type { Role } from '#contract/procedure.ts';
import type { Option } from '#renderer/ui/select.tsx';

/** The roles from the least to the most, with what each may do. */
export const ROLE_OPTIONS: readonly Option<Role>[] = [
  { value: 'viewer', label: 'Viewer', detail: 'Reads everything but secrets.' },
  { value: 'issuer', label: 'Issuer', detail: 'Creates keys from existing scopes.' },
  { value: 'admin', label: 'Admin', detail: 'Changes keys, scopes, partners and settings.' },
  { value: 'owner', label: 'Owner', detail: 'Everything, also tokens and restore.' },
];
