import { applicationId } from '#contract/ids.ts';
import { useApplications, usePlans, useScopes, useServices } from '#renderer/api/queries.ts';
import { limitText } from '#renderer/limits/limit-words.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import formStyles from '#renderer/ui/form.module.css';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { IMPORT_EXPIRY, type ImportDraft, type ImportFieldsProps } from './import-draft.ts';
import { KeyTextFields } from './key-text-fields.tsx';
import styles from './key-import.module.css';

/** Whose the keys become on one side, the keys themselves on the other. */
export function ImportFields(props: ImportFieldsProps) {
  return (
    <div className={formStyles.columns}>
      <section className={formStyles.section} aria-label="What the keys become">
        <h2>What the keys become</h2>
        <OwnerFields {...props} />
        <ScopeChoices {...props} />
        <PolicyFields {...props} />
      </section>
      <section className={formStyles.section} aria-label="The keys">
        <h2>The keys</h2>
        <KeyTextFields {...props} />
      </section>
    </div>
  );
}

function OwnerFields({ draft, onChange, errorOf, idOf }: ImportFieldsProps) {
  const applications = useApplications().data?.items ?? [];
  return (
    <>
      <Combobox
        id={idOf('applicationId')}
        label="Application"
        placeholder="Find an application"
        emptyText="No application matches. Make it on its partner’s page."
        value={draft.applicationId}
        options={applications.map(({ id, name, partnerName }) => ({
          value: id,
          label: name,
          detail: partnerName,
        }))}
        onChange={(value) => onChange({ applicationId: value === null ? null : applicationId.parse(value) })}
        error={errorOf('applicationId')}
      />
      <RadioGroup
        label="Environment"
        isInline
        value={draft.environment}
        options={[
          { value: 'live', label: 'Live' },
          { value: 'test', label: 'Test' },
        ]}
        onChange={(environment) => onChange({ environment })}
      />
    </>
  );
}

function ScopeChoices({ draft, onChange, errorOf, idOf }: ImportFieldsProps) {
  const scopes = useScopes().data?.items ?? [];
  const services = useServices().data?.items ?? [];
  const error = errorOf('scopeIds');
  return (
    <fieldset className={styles.choices} id={idOf('scopeIds')}>
      <legend>Scopes</legend>
      {scopes.length === 0 && (
        <p className={styles.quiet}>There is no scope yet: the keys may call nothing.</p>
      )}
      <div className={styles.scopes}>
        {scopes.map((scope) => {
          const others = draft.scopeIds.filter((id) => id !== scope.id);
          const service = services.find(({ id }) => id === scope.serviceId);
          return (
            <Checkbox
              key={scope.id}
              label={<code>{scope.name}</code>}
              {...(service === undefined || services.length === 1 ? {} : { help: service.name })}
              isChecked={draft.scopeIds.includes(scope.id)}
              onChange={(isChecked) => onChange({ scopeIds: isChecked ? [...others, scope.id] : others })}
            />
          );
        })}
      </div>
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

const EXPIRY_WORDS: Readonly<Record<ImportDraft['expiry'], string>> = {
  '90': '90 days',
  '180': '180 days',
  '365': '1 year',
  none: 'Never',
};

function PolicyFields({ draft, onChange, errorOf, idOf }: ImportFieldsProps) {
  const plans = usePlans().data?.items ?? [];
  return (
    <>
      {plans.length > 0 && (
        <Select
          id={idOf('planId')}
          label="Plan"
          value={draft.planId}
          options={[
            { value: '', label: 'No plan' },
            ...plans.map((plan) => ({ value: plan.id, label: plan.name, detail: limitText(plan) })),
          ]}
          onChange={(planId) => onChange({ planId })}
          error={errorOf('planId')}
        />
      )}
      <RadioGroup
        label="The keys expire after"
        isInline
        value={draft.expiry}
        options={IMPORT_EXPIRY.map((value) => ({ value, label: EXPIRY_WORDS[value] }))}
        onChange={(expiry) => onChange({ expiry })}
        help="Time enough to rotate each of them to a key of this system."
      />
      {draft.expiry === 'none' && (
        <TextField
          id={idOf('noExpiryReason')}
          label="Why do they never expire?"
          help="Kept in the audit trail."
          value={draft.noExpiryReason}
          onChange={(noExpiryReason) => onChange({ noExpiryReason })}
          error={errorOf('noExpiryReason')}
        />
      )}
    </>
  );
}
