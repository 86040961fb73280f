import { Plus, Trash2 } from 'lucide-react';
import { NAMED_LIMITS_MAX, RATE_LIMIT_OWNERS } from '#contract/plans.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { NEW_NAMED_LIMIT, type LimitFieldsProps, type NamedLimitDraft } from './limit-draft.ts';
import { OWNER_WORDS } from './limit-words.ts';
import styles from './limits.module.css';
import { WindowField } from './window-field.tsx';

const OWNERS = RATE_LIMIT_OWNERS.map((owner) => ({ value: owner, label: OWNER_WORDS[owner] }));

/** Rate limits with names of their own: each is counted for itself, and a request must fit into all of them. */
export function NamedLimits({ draft, onChange, errorOf, idOf }: LimitFieldsProps) {
  const { named } = draft;
  const replace = (index: number, limit: NamedLimitDraft) => onChange({ named: named.with(index, limit) });
  return (
    <fieldset className={styles.part}>
      <legend>Further rate limits</legend>
      <p className={styles.quiet}>
        A request must fit into every one of them. Keys that count together do so under the same name.
      </p>
      {named.map((limit, index) => (
        <NamedLimit
          key={index}
          index={index}
          limit={limit}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange({ named: named.toSpliced(index, 1) })}
          errorOf={(part) => errorOf(`rateLimits.${index}.${part}`)}
          idOf={(part) => idOf(`rateLimits.${index}.${part}`)}
        />
      ))}
      <div>
        <Button
          icon={<Plus aria-hidden />}
          disabledReason={
            named.length < NAMED_LIMITS_MAX ? undefined : `At most ${NAMED_LIMITS_MAX} further limits.`
          }
          onClick={() => onChange({ named: [...named, NEW_NAMED_LIMIT] })}
        >
          Add rate limit
        </Button>
      </div>
    </fieldset>
  );
}

interface NamedLimitProps {
  readonly index: number;
  readonly limit: NamedLimitDraft;
  readonly onChange: (limit: NamedLimitDraft) => void;
  readonly onRemove: () => void;
  readonly errorOf: (part: string) => string | undefined;
  readonly idOf: (part: string) => string;
}

function NamedLimit({ index, limit, onChange, onRemove, errorOf, idOf }: NamedLimitProps) {
  const called = limit.name.trim() === '' ? `rate limit ${index + 1}` : limit.name;
  return (
    <div className={styles.named} role="group" aria-label={`Rate limit ${index + 1}`}>
      <div className={styles.namedHead}>
        <TextField
          id={idOf('name')}
          label="Name"
          isMono
          placeholder="burst"
          value={limit.name}
          onChange={(name) => onChange({ ...limit, name })}
          error={errorOf('name')}
        />
        <IconButton label={`Remove ${called}`} icon={<Trash2 aria-hidden />} onClick={onRemove} />
      </div>
      <div className={styles.limit}>
        <NumberField
          id={idOf('limit')}
          label="Limit"
          min={1}
          value={limit.limit}
          onChange={(next) => onChange({ ...limit, limit: next })}
          error={errorOf('limit')}
        />
        <WindowField
          id={idOf('windowMs')}
          label="requests in any"
          value={limit.window}
          onChange={(window) => onChange({ ...limit, window })}
          error={errorOf('windowMs')}
        />
      </div>
      <Select
        id={idOf('by')}
        label="Counted for"
        value={limit.by}
        options={OWNERS}
        onChange={(by) => onChange({ ...limit, by })}
      />
      <TextField
        id={idOf('only')}
        label="Only for these endpoints"
        isMono
        isOptional
        placeholder="POST /offers/**"
        help="Methods and a path as in a rule. HEAD counts as GET, and a path with a slash at its end as the one without. Empty: every request counts."
        value={limit.only}
        onChange={(only) => onChange({ ...limit, only })}
        error={errorOf('only') ?? errorOf('only.path')}
      />
      <Checkbox
        label="Only warn"
        isChecked={limit.isSoft}
        onChange={(isSoft) => onChange({ ...limit, isSoft })}
      />
    </div>
  );
}
