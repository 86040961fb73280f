import { Ban, CircleSlash, Gauge, KeyRound } from 'lucide-react';
import type { DecisionCode } from '#contract/verify.ts';
import { Chip, type ChipTone } from '#renderer/ui/chip.tsx';

/** Words for each outcome of a verification; the code itself is in the details. */
export const OUTCOME_WORDS: Readonly<Record<DecisionCode, string>> = {
  VALID: 'Allowed',
  MISSING_KEY: 'No key',
  MALFORMED: 'Malformed key',
  NOT_FOUND: 'Unknown key',
  REVOKED: 'Revoked',
  SUSPENDED: 'Suspended',
  EXPIRED: 'Expired',
  IP_NOT_ALLOWED: 'Address refused',
  ORIGIN_NOT_ALLOWED: 'Origin refused',
  USER_AGENT_NOT_ALLOWED: 'Agent refused',
  SERVICE_NOT_ALLOWED: 'Service refused',
  TIME_NOT_ALLOWED: 'Outside hours',
  SIGNATURE_NOT_ALLOWED: 'Signature refused',
  INSUFFICIENT_SCOPE: 'Not in scope',
  RATE_LIMITED: 'Rate limited',
  QUOTA_EXCEEDED: 'Quota used up',
};

const LIMITED: readonly DecisionCode[] = ['RATE_LIMITED', 'QUOTA_EXCEEDED'];
const KEY_TROUBLE: readonly DecisionCode[] = ['MISSING_KEY', 'MALFORMED', 'NOT_FOUND'];
const POLICY: readonly DecisionCode[] = [
  'IP_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'USER_AGENT_NOT_ALLOWED',
  'SERVICE_NOT_ALLOWED',
  'TIME_NOT_ALLOWED',
  'SIGNATURE_NOT_ALLOWED',
  'INSUFFICIENT_SCOPE',
];

/** Outcome of a verification as shape and word. What passed is quiet: a word without colour. */
export function OutcomeChip({ code }: { readonly code: DecisionCode }) {
  if (code === 'VALID') return <span data-outcome={code}>{OUTCOME_WORDS.VALID}</span>;
  const { tone, Icon } = lookOf(code);
  return (
    <Chip tone={tone} icon={<Icon aria-hidden size={12} />}>
      <span data-outcome={code}>{OUTCOME_WORDS[code]}</span>
    </Chip>
  );
}

function lookOf(code: DecisionCode): { readonly tone: ChipTone; readonly Icon: typeof Ban } {
  if (LIMITED.includes(code)) return { tone: 'violet', Icon: Gauge };
  if (KEY_TROUBLE.includes(code)) return { tone: 'warn', Icon: KeyRound };
  if (POLICY.includes(code)) return { tone: 'warn', Icon: CircleSlash };
  return { tone: 'danger', Icon: Ban };
}
