import { TextField } from '#renderer/ui/text-field.tsx';

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly error: string | undefined;
}

/** Why something is taken back. */
export function ReasonField({ value, onChange, error }: ReasonFieldProps) {
  return (
    <TextField
      label="Reason"
      isOptional
      help="Kept in the timeline and the audit trail."
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

/** The reason as a command takes it. */
export function givenReason(reason: string): { readonly reason?: string } {
  return reason.trim() === '' ? {} : { reason };
}
