import { useServices } from '#renderer/api/queries.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextArea } from '#renderer/ui/text-field.tsx';
import { isPlainBinding, type BindingFieldsProps } from './binding-draft.ts';
import styles from './bindings.module.css';
import { HoursFields } from './hours-fields.tsx';

const MODES = [
  {
    value: 'enforce',
    label: 'Enforce',
    detail: 'What does not fit is refused with 403.',
  },
  {
    value: 'observe',
    label: 'Only observe',
    detail:
      'Nothing is refused. What would have been is marked in the request log and told to the service as a warning, so that you can look before you enforce.',
  },
] as const;

/** From where the key may be used, and behind "More conditions" by what, through which service, and when. */
export function BindingFields(props: BindingFieldsProps) {
  const { draft, onChange, errorOf, idOf } = props;
  return (
    <div className={styles.fields}>
      <TextArea
        id={idOf('ipAllow')}
        label="Allowed addresses"
        isOptional
        isMono
        rows={2}
        placeholder={'203.0.113.9\n10.0.0.0/8'}
        help="Addresses or networks, one a line. Empty: from anywhere. No MAC address is seen over HTTP: what ties a key to one machine is a key pair of that machine, by signed requests."
        value={draft.ipAllow}
        onChange={(ipAllow) => onChange({ ipAllow })}
        error={errorOf('ipAllow')}
      />
      <TextArea
        id={idOf('originAllow')}
        label="Allowed origins"
        isOptional
        isMono
        rows={2}
        placeholder="https://shop.example"
        help="For keys used in browsers, one a line. A request without Origin is judged by its Referer. Empty: any."
        value={draft.originAllow}
        onChange={(originAllow) => onChange({ originAllow })}
        error={errorOf('originAllow')}
      />
      <Disclosure label="More conditions" isInUse={!isPlainBinding(draft)}>
        <TextArea
          id={idOf('userAgentAllow')}
          label="Allowed user agents"
          isOptional
          isMono
          rows={2}
          placeholder={'curl\nacme-sync'}
          help="Products without their version, one a line. Empty: any. Callers choose this text themselves: it finds mistakes, it stops nobody."
          value={draft.userAgentAllow}
          onChange={(userAgentAllow) => onChange({ userAgentAllow })}
          error={errorOf('userAgentAllow')}
        />
        <ServiceChoices {...props} />
        <HoursFields {...props} />
        <RadioGroup
          id={idOf('bindingMode')}
          label="When a request does not fit"
          value={draft.bindingMode}
          options={MODES}
          onChange={(bindingMode) => onChange({ bindingMode })}
        />
      </Disclosure>
    </div>
  );
}

function ServiceChoices({ draft, onChange, errorOf, idOf }: BindingFieldsProps) {
  const services = useServices().data?.items ?? [];
  const error = errorOf('serviceAllow');
  return (
    <fieldset className={styles.part} id={idOf('serviceAllow')}>
      <legend>Only through these services</legend>
      {services.length === 0 && <p className={styles.quiet}>There is no service yet.</p>}
      <div className={styles.choices}>
        {services.map((service) => {
          const isChosen = draft.serviceAllow.includes(service.id);
          const others = draft.serviceAllow.filter((id) => id !== service.id);
          return (
            <Checkbox
              key={service.id}
              label={service.name}
              isChecked={isChosen}
              onChange={(next) => onChange({ serviceAllow: next ? [...others, service.id] : others })}
            />
          );
        })}
      </div>
      <p className={styles.quiet}>None chosen: every service may verify the key.</p>
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
