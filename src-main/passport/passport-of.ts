import type { LimitsLeft } from '#contract/limits-left.ts';
import type { Key } from '#contract/keys.ts';
import { passport, type Passport } from '#contract/passport.ts';
import type { Rule } from '#contract/scopes.ts';
import { DECISION_CODES, DECISION_STATUS } from '#contract/verify.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { momentText } from '#main/domain/verification.ts';
import { CAUSE_WORDS } from '#main/holder/holder-words.ts';
import { passportMarkdown } from './passport-markdown.ts';
import { boundSentences, limitSentences, spanText } from './passport-words.ts';
import { sampleCall, snippetsOf, variableName } from './snippets.ts';

/** What a passport is made of. */
export interface PassportParts {
  readonly key: Key;
  /** By scope, then the key's own. */
  readonly calls: Passport['calls'];
  /** Of the first scope, else the key's own: for the examples. */
  readonly sample: { readonly rules: readonly Rule[]; readonly baseUrl: string | null };
  readonly limits: LimitsLeft;
  /** Names of the services that the key is bound to. */
  readonly boundTo: readonly string[];
  /** Whom its holder asks. */
  readonly contact: string;
  /** Where its holder asks; null: no page that others reach. */
  readonly help: string | null;
  readonly nowMs: Passport['madeAt'];
}

/** One page about a key for its partner. Holds no secret: a text of ours that looks like a key is blacked out, too. */
export function passportOf(parts: PassportParts): Passport {
  const { key, limits, sample, nowMs } = parts;
  const variable = variableName(key.applicationSlug);
  const texts = withoutKeys({
    keyId: key.keyId,
    keyName: key.name,
    applicationName: key.applicationName,
    partnerName: key.partnerName,
    environment: key.environment,
    madeAt: nowMs,
    facts: factsOf(parts),
    calls: parts.calls,
    limits: limitSentences(limits),
    bounds: boundSentences(key, parts.boundTo),
    variable,
    snippets: snippetsOf(sampleCall(sample.rules, sample.baseUrl), {
      variable,
      // The key of another system is taken only whole.
      pairId: key.hint.startsWith('lk_') ? key.keyId : null,
    }),
    errors: ERRORS,
    fileName: `passport-${key.applicationSlug}-${key.environment}-${key.keyId}.md`,
    markdown: '',
  });
  const page = passport.parse(texts);
  return { ...page, markdown: passportMarkdown(page) };
}

const ERRORS: Passport['errors'] = DECISION_CODES.filter((code) => code !== 'VALID').map((code) => ({
  code,
  status: DECISION_STATUS[code],
  meaning: CAUSE_WORDS[code].meaning,
  whatToDo: CAUSE_WORDS[code].whatToDo,
}));

function factsOf({ key, contact, help, nowMs }: PassportParts): Passport['facts'] {
  const facts = [
    { name: 'Key', value: `${key.name} (${key.hint})` },
    { name: 'Application', value: `${key.applicationName} of ${key.partnerName}` },
    { name: 'Environment', value: key.environment },
    { name: 'Expires', value: key.expiresAt === null ? 'No date' : momentText(key.expiresAt) },
    { name: 'Rotation', value: rotationText(key) },
    { name: 'Contact', value: contact },
  ];
  if (help !== null) facts.push({ name: 'Ask for access', value: help });
  return [...facts, { name: 'As of', value: momentText(nowMs) }];
}

function rotationText({ rotateEveryMs, rotationDueAt, overlapEndsAt }: Key): string {
  const overlap =
    overlapEndsAt === null ? '' : ` A new secret was made: the old one ends ${momentText(overlapEndsAt)}.`;
  if (rotateEveryMs === null || rotationDueAt === null) return `No fixed date.${overlap}`;
  return `Every ${spanText(rotateEveryMs)}; next due ${momentText(rotationDueAt)}.${overlap}`;
}

/** The same with every whole key in it blacked out, wherever somebody may have put one. */
export function withoutKeys(value: unknown): unknown {
  if (typeof value === 'string') return redactKeys(value);
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutKeys(inner)]));
}
