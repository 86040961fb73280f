import { useState } from 'react';
import { listOf } from './binding-draft.ts';
import type { FieldProps } from '#renderer/ui/field.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';

interface AddressesFieldProps extends FieldProps {
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}

/** Addresses and networks, one a line. */
export function AddressesField({ value, onChange, ...field }: AddressesFieldProps) {
  // As typed, so that a line that was just begun stays; another value from outside wins.
  const [typed, setTyped] = useState<string | null>(null);
  const isCurrent = typed !== null && listOf(typed).join() === value.join();
  return (
    <TextArea
      {...field}
      isOptional
      isMono
      rows={2}
      placeholder={'10.0.0.2\n192.168.0.0/16'}
      value={isCurrent ? typed : value.join('\n')}
      onChange={(text) => {
        setTyped(text);
        onChange(listOf(text));
      }}
    />
  );
}
