import { Combobox as Base } from '@base-ui/react/combobox';
import { Check, ChevronDown, Plus } from 'lucide-react';
import { useState } from 'react';
import { classNames } from './class-names.ts';
import { Field, type FieldProps } from './field.tsx';
import fieldStyles from './field.module.css';
import styles from './list-box.module.css';
import type { Option } from './select.tsx';

interface ComboboxProps extends FieldProps {
  readonly value: string | null;
  readonly options: readonly Option[];
  readonly onChange: (value: string | null) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly isSmall?: boolean;
  /** Said when nothing matches what was typed. */
  readonly emptyText?: string;
  /** Makes a new entry in place from the typed text. */
  readonly onCreate?: (text: string) => void;
  /** Words of the entry that creates; default `Create "text"`. */
  readonly createLabel?: (text: string) => string;
}

interface Entry {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  readonly isCreate?: boolean;
}

const CREATE = ' create';

/** One of many choices, found by typing. */
export function Combobox(props: ComboboxProps) {
  const { label, hideLabel, help, error, isOptional, id, className, ...own } = props;
  const { value, options, onChange, placeholder, disabled, isSmall = false } = own;
  const { emptyText = 'Nothing matches.', onCreate, createLabel } = own;
  const [typed, setTyped] = useState('');
  const selected: Entry | null = options.find((option) => option.value === value) ?? null;
  const text = typed.trim();
  const offersCreate =
    onCreate !== undefined && !options.some((option) => option.label.toLowerCase() === text.toLowerCase());
  const words = createLabel ?? ((name: string) => (name === '' ? 'Create new…' : `Create “${name}”`));
  const entries: readonly Entry[] = offersCreate
    ? [...options, { value: CREATE, label: words(text), isCreate: true }]
    : options;

  return (
    <Field {...{ label, hideLabel, help, error, isOptional, id, className }}>
      {(control) => (
        <Base.Root
          items={entries}
          value={selected}
          disabled={disabled}
          onInputValueChange={setTyped}
          itemToStringLabel={(entry: Entry) => entry.label}
          isItemEqualToValue={(entry: Entry, other: Entry) => entry.value === other.value}
          filter={(entry: Entry, query: string) =>
            entry.isCreate === true ||
            `${entry.label} ${entry.detail ?? ''}`.toLowerCase().includes(query.trim().toLowerCase())
          }
          onValueChange={(entry: Entry | null) => {
            if (entry?.isCreate === true) onCreate?.(text);
            else onChange(entry?.value ?? null);
          }}
        >
          <Base.InputGroup className={fieldStyles.group} data-invalid={control.isInvalid || undefined}>
            <Base.Input
              id={control.id}
              placeholder={placeholder}
              aria-describedby={control.describedBy}
              aria-invalid={control.isInvalid || undefined}
              className={classNames(fieldStyles.control, isSmall && fieldStyles.small)}
            />
            <Base.Trigger className={styles.inputIcon} aria-label={`Show choices for ${label}`}>
              <ChevronDown aria-hidden size={16} />
            </Base.Trigger>
          </Base.InputGroup>
          <Base.Portal role="region" aria-label={`Choices for ${label}`}>
            <Base.Positioner sideOffset={4} className={styles.positioner}>
              <Base.Popup className={styles.popup}>
                <Base.Empty className={styles.empty}>{emptyText}</Base.Empty>
                <Base.List>
                  {(entry: Entry) => (
                    <Base.Item
                      key={entry.value}
                      value={entry}
                      className={classNames(styles.item, entry.isCreate === true && styles.create)}
                    >
                      {entry.isCreate === true && <Plus aria-hidden size={14} />}
                      <Base.ItemIndicator className={styles.indicator}>
                        <Check aria-hidden size={14} />
                      </Base.ItemIndicator>
                      <span className={styles.text}>{entry.label}</span>
                      {entry.detail !== undefined && <span className={styles.detail}>{entry.detail}</span>}
                    </Base.Item>
                  )}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
