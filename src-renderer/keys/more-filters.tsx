import { Popover } from '@base-ui/react/popover';
import { ListFilterPlus } from 'lucide-react';
import { useState } from 'react';
import { serviceId, templateId } from '#contract/ids.ts';
import { useServices, useTemplates } from '#renderer/api/queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import listStyles from '#renderer/ui/list-box.module.css';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { keysSearch, type KeysSearch } from './keys-search.ts';
import styles from './more-filters.module.css';

interface MoreFiltersProps {
  readonly search: KeysSearch;
  readonly onChange: (next: Partial<KeysSearch>) => void;
}

const EXPIRES = [
  { value: 'any', label: 'Any expiry' },
  { value: 'soon', label: 'Within 14 days' },
  { value: 'never', label: 'Never expires' },
] as const;
const USED = [
  { value: 'any', label: 'Any last use' },
  { value: 'long-ago', label: 'More than 30 days ago' },
  { value: 'never', label: 'Never used' },
] as const;
const ERRORS = [
  { value: 'any', label: 'Any error rate' },
  { value: '1', label: '1 % or more' },
  { value: '5', label: '5 % or more' },
  { value: '20', label: '20 % or more' },
] as const;

/** The filters that are wanted less often, behind one button. They hold at once; what a key can call holds when it is sent. */
export function MoreFilters({ search, onChange }: MoreFiltersProps) {
  const errors = ERRORS.find(({ value }) => value === String(search.errors ?? 'any'))?.value ?? 'any';
  return (
    <Popover.Root>
      <Popover.Trigger render={<Button icon={<ListFilterPlus aria-hidden />}>Filter</Button>} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="start" className={listStyles.positioner}>
          <Popover.Popup className={styles.panel} aria-label="More filters">
            <CanCall search={search} onChange={onChange} />
            <Select
              label="Expires"
              isSmall
              value={search.expires ?? 'any'}
              options={EXPIRES}
              onChange={(value) => onChange({ expires: value === 'any' ? undefined : value })}
            />
            <Select
              label="Last used"
              isSmall
              value={search.used ?? 'any'}
              options={USED}
              onChange={(value) => onChange({ used: value === 'any' ? undefined : value })}
            />
            <Select
              label="Error rate, last 24 hours"
              isSmall
              value={errors}
              options={ERRORS}
              onChange={(value) => onChange({ errors: value === 'any' ? undefined : Number(value) })}
            />
            <TemplateFilter search={search} onChange={onChange} />
            <Checkbox
              label="No limit"
              isChecked={search.limit !== undefined}
              onChange={(isChecked) => onChange({ limit: isChecked ? 'none' : undefined })}
            />
            <Checkbox
              label="No contact"
              isChecked={search.contact !== undefined}
              onChange={(isChecked) => onChange({ contact: isChecked ? 'missing' : undefined })}
            />
            <Checkbox
              label="Sharing suspected"
              isChecked={search.sharing !== undefined}
              onChange={(isChecked) => onChange({ sharing: isChecked ? 'suspected' : undefined })}
            />
            <Checkbox
              label="Granted more than it uses"
              isChecked={search.scoped !== undefined}
              onChange={(isChecked) => onChange({ scoped: isChecked ? 'over' : undefined })}
            />
            <Checkbox
              label="Created by me"
              isChecked={search.by !== undefined}
              onChange={(isChecked) => onChange({ by: isChecked ? 'me' : undefined })}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function TemplateFilter({ search, onChange }: MoreFiltersProps) {
  const items = useTemplates({ includeArchived: true }).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Select
      label="Template"
      isSmall
      value={search.template ?? 'any'}
      options={[
        { value: 'any', label: 'Any template or none' },
        ...items.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onChange={(value) => onChange({ template: value === 'any' ? undefined : templateId.parse(value) })}
    />
  );
}

/** "Can call METHOD path": answered by the code that verifies, so that it is sent as a whole. */
function CanCall({ search, onChange }: MoreFiltersProps) {
  const services = useServices();
  const [call, setCall] = useState(search.can ?? '');
  const [isWrong, setWrong] = useState(false);
  const items = services.data?.items ?? [];
  const apply = () => {
    const text = call.trim();
    const read = keysSearch.shape.can.parse(text.startsWith('/') ? `GET ${text}` : text);
    setWrong(text !== '' && read === undefined);
    if (text === '') onChange({ can: undefined, at: undefined });
    else if (read !== undefined) onChange({ can: read });
  };
  return (
    <form
      className={styles.call}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <TextField
        label="Can call"
        isMono
        isSmall
        placeholder="POST /v1/offers"
        help="What a verification would answer now for the current secret, without an address, origin or agent."
        error={isWrong ? 'A method and a path, such as GET /v1/offers.' : undefined}
        value={call}
        onChange={setCall}
      />
      <Button type="submit">Apply</Button>
      {items.length > 1 && (
        <Select
          label="At service"
          isSmall
          value={search.at ?? 'any'}
          options={[
            { value: 'any', label: 'Any service' },
            ...items.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) => onChange({ at: value === 'any' ? undefined : serviceId.parse(value) })}
        />
      )}
    </form>
  );
}
