import type { AccessRequestDetail } from '#contract/access-requests.ts';
import type { ApiError } from '#renderer/api/client.ts';
import { useApplications, usePartners } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { TIER_OPTIONS } from '#renderer/partners/tier-words.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './access.module.css';
import { NEW, type ApproveDraft } from './approve-draft.ts';

interface ApproveOwnerFieldsProps {
  readonly request: AccessRequestDetail;
  readonly draft: ApproveDraft;
  readonly onChange: (part: Partial<ApproveDraft>) => void;
  readonly error: ApiError | null;
}

/** Whose key it is: an application that is there, or one that the approval makes. */
export function ApproveOwnerFields({ request, draft, onChange, error }: ApproveOwnerFieldsProps) {
  const applications = useApplications().data?.items ?? [];
  const partners = usePartners().data?.items ?? [];
  const forbidden = useForbidden()('applications.create');
  const likely = new Set<string>(request.applications.map(({ id }) => id));
  const known = [...applications].sort((a, b) => Number(likely.has(b.id)) - Number(likely.has(a.id)));
  return (
    <>
      <Combobox
        label="Application"
        value={draft.applicationId}
        options={[
          ...(forbidden === undefined ? [{ value: NEW, label: `New: ${request.application}` }] : []),
          ...known.map(({ id, name, partnerName }) => ({
            value: id,
            label: name,
            detail: likely.has(id) ? `${partnerName}, similar` : partnerName,
          })),
        ]}
        onChange={(id) => onChange({ applicationId: applications.find((one) => one.id === id)?.id ?? NEW })}
        help={draft.applicationId === NEW ? forbidden : undefined}
        error={error?.field('grantee')}
      />
      {draft.applicationId === NEW && (
        <div className={styles.two}>
          <Combobox
            label="Partner"
            value={draft.partnerId}
            options={[
              { value: NEW, label: `New: ${request.team}` },
              ...partners.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(id) => onChange({ partnerId: partners.find((one) => one.id === id)?.id ?? NEW })}
          />
          {draft.partnerId === NEW && (
            <>
              <TextField
                label="Name of the partner"
                value={draft.partnerName}
                onChange={(partnerName) => onChange({ partnerName })}
                error={error?.field('grantee.partnerName') ?? error?.field('name')}
              />
              <Select
                label="Tier"
                value={draft.tier}
                options={TIER_OPTIONS}
                onChange={(tier) => onChange({ tier })}
              />
            </>
          )}
          <TextField
            label="Name of the application"
            value={draft.applicationName}
            onChange={(applicationName) => onChange({ applicationName })}
            error={error?.field('grantee.name')}
          />
          <TextField
            label="Slug"
            isMono
            help="Readable in its keys; it never changes."
            value={draft.slug}
            onChange={(slug) => onChange({ slug })}
            error={error?.field('grantee.slug') ?? error?.field('slug')}
          />
        </div>
      )}
    </>
  );
}
