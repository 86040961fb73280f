import { KEEP_SECONDS_MAX } from '#contract/services.ts';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { keptConsequence } from './kept-words.ts';

interface Kept {
  readonly live: number;
  readonly test: number;
}

interface KeepFieldsProps {
  readonly value: Kept;
  readonly onChange: (value: Kept) => void;
  readonly errors: Readonly<Record<keyof Kept, string | undefined>>;
}

/** For how long a service may keep the answer that a key may pass, and what that costs; apart for live and test keys. */
export function KeepFields({ value, onChange, errors }: KeepFieldsProps) {
  return (
    <>
      <KeepField
        label="Answers about live keys may be kept for"
        help={keptConsequence('live', value.live)}
        value={value.live}
        onChange={(live) => onChange({ ...value, live })}
        error={errors.live}
      />
      <KeepField
        label="Answers about test keys may be kept for"
        help={keptConsequence('test', value.test)}
        value={value.test}
        onChange={(test) => onChange({ ...value, test })}
        error={errors.test}
      />
    </>
  );
}

function KeepField({
  value,
  onChange,
  ...field
}: {
  readonly label: string;
  readonly help: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly error: string | undefined;
}) {
  return (
    <NumberField
      {...field}
      value={value}
      onChange={(next) => onChange(next ?? 0)}
      min={0}
      max={KEEP_SECONDS_MAX}
      suffix="s"
    />
  );
}
