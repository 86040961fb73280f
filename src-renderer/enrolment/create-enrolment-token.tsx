import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import { CHILDREN_MAX } from '#contract/enrolment.ts';
import type { ScopeId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { useCreateEnrolmentToken } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './enrolment.module.css';

const LIVES = [
  { value: '1', label: '1 hour' },
  { value: '8', label: '8 hours' },
  { value: '24', label: '1 day' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
  { value: '2160', label: '90 days' },
];
const TOKEN_LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
];
const MINUTE_WINDOW_MS = 60_000;

interface CreateEnrolmentTokenProps {
  readonly subject: Key;
  readonly onClose: () => void;
  readonly onCreated: (created: Output<'enrolment.createToken'>) => void;
}

/** Makes an enrolment token: what its keys may hold, how long they live and how many there may be. The answer holds the token, once.
 *  Mounted only while open. */
export function CreateEnrolmentToken({ subject, onClose, onCreated }: CreateEnrolmentTokenProps) {
  const create = useCreateEnrolmentToken();
  const [name, setName] = useState('');
  const [scopeIds, setScopeIds] = useState<readonly ScopeId[]>(subject.scopeIds);
  const [hasOwnRules, setHasOwnRules] = useState(true);
  const [bounds, setBounds] = useState(FIRST_BOUNDS);
  const [needsContact, setNeedsContact] = useState(false);
  const submit = async () => {
    const { lifeHours, perMinute, tokenDays, childrenMax } = bounds;
    const outcome = await create.run({
      keyId: subject.keyId,
      name,
      scopeIds,
      hasOwnRules,
      needsContact,
      childLifeMsMax: Number(lifeHours) * HOUR_MS,
      rateLimit: perMinute === null ? null : { limit: perMinute, windowMs: MINUTE_WINDOW_MS },
      expiresAt: nowMs() + Number(tokenDays) * DAY_MS,
      ...(childrenMax === null ? {} : { childrenMax }),
    });
    if (outcome.ok) onCreated(outcome.data);
  };
  const errorOf = (path: string) => create.error?.field(path);
  return (
    <FormDialog
      title="New enrolment token"
      description={`For keys under ${subject.name}.`}
      submitLabel="Create token"
      isBusy={create.isRunning}
      error={create.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        help="Who or what uses it, such as “Builds of the shop”."
        error={errorOf('name')}
        required
      />
      <Scopes
        subject={subject}
        chosen={scopeIds}
        onChange={setScopeIds}
        hasOwnRules={hasOwnRules}
        onOwnRules={setHasOwnRules}
      />
      <Bounds bounds={bounds} onChange={setBounds} errorOf={errorOf} />
      <Checkbox
        label="Only for people who say who they are"
        help="A key is refused without a name and an address; both are kept with it."
        isChecked={needsContact}
        onChange={setNeedsContact}
      />
    </FormDialog>
  );
}

interface TokenBounds {
  readonly lifeHours: string;
  readonly childrenMax: number | null;
  readonly perMinute: number | null;
  readonly tokenDays: string;
}
const FIRST_BOUNDS: TokenBounds = { lifeHours: '24', childrenMax: 100, perMinute: null, tokenDays: '90' };

interface BoundsProps {
  readonly bounds: TokenBounds;
  readonly onChange: (bounds: TokenBounds) => void;
  readonly errorOf: (path: string) => string | undefined;
}

/** How long the token and its keys live, how many there may be and how much each may ask. */
function Bounds({ bounds, onChange, errorOf }: BoundsProps) {
  const change = (next: Partial<TokenBounds>) => onChange({ ...bounds, ...next });
  return (
    <div className={styles.pair}>
      <Select
        label="A key lives at most"
        value={bounds.lifeHours}
        options={LIVES}
        onChange={(lifeHours) => change({ lifeHours })}
      />
      <NumberField
        label="Keys that live at once"
        min={1}
        max={CHILDREN_MAX}
        value={bounds.childrenMax}
        onChange={(childrenMax) => change({ childrenMax })}
        error={errorOf('childrenMax')}
      />
      <NumberField
        label="Requests of one key"
        isOptional
        min={1}
        value={bounds.perMinute}
        onChange={(perMinute) => change({ perMinute })}
        suffix="a minute"
        error={errorOf('rateLimit.limit')}
      />
      <Select
        label="The token ends after"
        value={bounds.tokenDays}
        options={TOKEN_LIVES}
        onChange={(tokenDays) => change({ tokenDays })}
      />
    </div>
  );
}

interface ScopesProps {
  readonly subject: Key;
  readonly chosen: readonly ScopeId[];
  readonly onChange: (chosen: readonly ScopeId[]) => void;
  readonly hasOwnRules: boolean;
  readonly onOwnRules: (hasOwnRules: boolean) => void;
}

/** What this key has, to choose from. What its scopes deny is denied to its children whatever is chosen. */
function Scopes({ subject, chosen, onChange, hasOwnRules, onOwnRules }: ScopesProps) {
  const allows = subject.rules.some(({ effect }) => effect === 'allow');
  return (
    <fieldset className={styles.choices}>
      <legend>Its keys may hold</legend>
      {subject.scopeIds.length === 0 && !allows && (
        <p className={styles.quiet}>This key holds no scopes yet, so its children cannot call anything.</p>
      )}
      {subject.scopeIds.map((id, index) => (
        <Checkbox
          key={id}
          label={<code>{subject.scopeNames[index]}</code>}
          isChecked={chosen.includes(id)}
          onChange={(isChecked) => onChange(isChecked ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ))}
      {allows && (
        <Checkbox label="What the key’s own rules allow" isChecked={hasOwnRules} onChange={onOwnRules} />
      )}
      <p className={styles.quiet}>What this key is denied, they are denied too.</p>
    </fieldset>
  );
}
