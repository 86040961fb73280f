import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { AccessSettings } from '#contract/access-settings.ts';
import type { ApiError } from '#renderer/api/client.ts';
import { useAccessPreview } from '#renderer/api/access-queries.ts';
import { usePlans, useScopes, useServices } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { ScopeChoices } from '#renderer/scopes/scope-choices.tsx';
import { grantWords, lifeWords } from '#renderer/templates/template-words.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import textStyles from '#renderer/ui/text.module.css';
import styles from './access.module.css';
import { uncoveredOf, type ApproveDraft, type Life, type Terms } from './approve-draft.ts';

const ENVIRONMENTS = [
  { value: 'test', label: 'Test' },
  { value: 'live', label: 'Live' },
] as const;
const LIFE_OPTIONS: readonly { readonly value: Life; readonly label: string }[] = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'No end' },
];

interface ApproveKeyFieldsProps {
  readonly request: AccessRequestDetail;
  readonly draft: ApproveDraft;
  readonly onChange: (part: Partial<ApproveDraft>) => void;
  readonly settings: AccessSettings | undefined;
  readonly error: ApiError | null;
}

/** What the key may, how much and how long. */
export function ApproveKeyFields(props: ApproveKeyFieldsProps) {
  const { request, draft, onChange, error } = props;
  return (
    <div className={styles.group}>
      <TextField
        label="Name of the key"
        value={draft.keyName}
        onChange={(keyName) => onChange({ keyName })}
        error={error?.field('key.name')}
      />
      <RadioGroup
        label="Environment"
        isInline
        value={draft.environment}
        options={ENVIRONMENTS}
        onChange={(environment) => onChange({ environment })}
        help={draft.environment === request.environment ? undefined : `Asked for: ${request.environment}.`}
      />
      {request.tierTemplate === null && <Scopes {...props} />}
      <TermsFields {...props} />
      {request.tierTemplate !== null && draft.terms !== 'template' && <Scopes {...props} />}
    </div>
  );
}

function Scopes({ request, draft, onChange }: ApproveKeyFieldsProps) {
  const scopes = useScopes().data?.items ?? [];
  const services = useServices().data?.items ?? [];
  const forbidden = useForbidden()('scopes.create');
  const asked = new Set(request.endpoints.flatMap(({ serviceId }) => serviceId ?? []));
  const shown = services.filter(({ id }) => asked.size === 0 || asked.has(id));
  const uncovered = uncoveredOf(request, draft);
  return (
    <>
      {shown.map(({ id, name }) => {
        const ofService = scopes.filter(({ serviceId }) => serviceId === id);
        return (
          <section key={id} className={styles.stack} aria-label={`Scopes of ${name}`}>
            <h3>Scopes of {name}</h3>
            {ofService.length === 0 ? (
              <p className={textStyles.quiet}>This service has no scope yet.</p>
            ) : (
              <ScopeChoices
                scopes={ofService}
                chosen={draft.scopeIds}
                onChange={(scopeIds) => onChange({ scopeIds })}
              />
            )}
          </section>
        );
      })}
      <Preview request={request} draft={draft} />
      {uncovered.length > 0 && (
        <Checkbox
          label={`Allow ${counted(uncovered.length, 'endpoint')} by rules of the key’s own`}
          isChecked={draft.hasOwnRules}
          disabled={forbidden !== undefined}
          onChange={(hasOwnRules) => onChange({ hasOwnRules })}
          help={forbidden ?? uncovered.map(({ method, path }) => `${method} ${path}`).join(', ')}
        />
      )}
    </>
  );
}

/** What the chosen scopes newly allow, before anything is made. */
function Preview({ request, draft }: Pick<ApproveKeyFieldsProps, 'request' | 'draft'>) {
  const preview = useAccessPreview({ accessRequestId: request.id, scopeIds: [...draft.scopeIds] }).data;
  if (preview === undefined) return null;
  const { beyond, beyondCount, uncovered } = preview;
  return (
    <div className={styles.stack} role="status">
      <p>
        {uncovered.length === 0
          ? 'These scopes allow all that is wanted.'
          : `These scopes leave out ${counted(uncovered.length, 'wanted endpoint')}.`}
      </p>
      {beyondCount > 0 && (
        <p className={textStyles.quiet}>
          They also allow {counted(beyondCount, 'endpoint')} that nobody asked for:{' '}
          {beyond.map(({ serviceName, endpoint }) => `${serviceName} ${endpoint}`).join(', ')}
          {beyond.length < beyondCount && ' …'}
        </p>
      )}
    </div>
  );
}

function TermsFields({ request, draft, onChange, settings }: ApproveKeyFieldsProps) {
  const plans = usePlans().data?.items ?? [];
  const trial = settings?.trial;
  const { product, tierTemplate } = request;
  const options: readonly { readonly value: Terms; readonly label: string; readonly detail: string }[] = [
    ...(product === null || tierTemplate === null
      ? []
      : [
          {
            value: 'template' as const,
            label: `${product.tier} of ${product.name}`,
            detail: `As template ${tierTemplate.name} says: ${grantWords(tierTemplate)}, ${lifeWords(tierTemplate)}.`,
          },
        ]),
    {
      value: 'trial',
      label: 'Trial',
      detail:
        trial === undefined
          ? 'Low limits and an end.'
          : `${count(trial.quota.limit)} requests a ${trial.quota.period}, ends after ${counted(trial.days, 'day')}.`,
    },
    {
      value: 'plan',
      label: 'A plan',
      detail: `Asked for: about ${count(request.requestsPerDay)} requests a day.`,
    },
  ];
  return (
    <>
      <RadioGroup
        label={tierTemplate === null ? 'Limits' : 'Rights and limits'}
        help={
          product !== null && tierTemplate === null
            ? `The template of ${product.tier} is archived or gone, or not for you: choose scopes.`
            : undefined
        }
        value={draft.terms}
        options={options}
        onChange={(terms) => onChange({ terms })}
      />
      {draft.terms === 'plan' && (
        <div className={styles.two}>
          <Combobox
            label="Plan"
            value={draft.planId}
            options={plans.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => onChange({ planId: plans.find((plan) => plan.id === id)?.id ?? null })}
          />
          <RadioGroup
            label="Ends after"
            isInline
            value={draft.life}
            options={LIFE_OPTIONS}
            onChange={(life) => onChange({ life })}
          />
        </div>
      )}
    </>
  );
}
