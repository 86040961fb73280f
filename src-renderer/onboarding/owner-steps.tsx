import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { Application, Partner } from '#contract/partners.ts';
import { usePartners } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { ApplicationFields, useApplicationForm } from '#renderer/partners/application-form.tsx';
import { PartnerFields, usePartnerForm } from '#renderer/partners/partner-form.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import styles from './onboarding.module.css';
import { StepForm } from './step-form.tsx';

interface PartnerStepProps {
  readonly partner: Partner | null;
  readonly onChosen: (id: PartnerId) => void;
}

/** Who it is: a new partner with somebody who can be reached, or one that is there. */
export function PartnerStep({ partner, onChosen }: PartnerStepProps) {
  const form = usePartnerForm();
  const partners = usePartners().data?.items ?? [];
  const forbidden = useForbidden()('partners.create');
  const submit = async () => {
    const saved = forbidden === undefined ? await form.save() : null;
    if (saved !== null) onChosen(saved.id);
  };
  return (
    <>
      <StepForm
        submitLabel="Create partner"
        isBusy={form.isRunning}
        disabledReason={forbidden}
        error={form.error}
        onSubmit={() => void submit()}
      >
        <PartnerFields form={form} />
      </StepForm>
      {partners.length > 0 && (
        <div className={styles.or}>
          <Combobox
            label="Or a partner that is there"
            placeholder="Find a partner"
            value={partner?.id ?? null}
            options={partners.map(({ id, name, contactEmail }) => ({
              value: id,
              label: name,
              detail: contactEmail,
            }))}
            onChange={(id) => {
              const chosen = partners.find((one) => one.id === id);
              if (chosen !== undefined) onChosen(chosen.id);
            }}
          />
        </div>
      )}
    </>
  );
}

interface ApplicationStepProps {
  readonly partner: Partner;
  readonly application: Application | null;
  readonly applications: readonly Application[];
  readonly onChosen: (id: ApplicationId) => void;
}

/** What of the partner's uses the key: a new application, or one that is there. */
export function ApplicationStep({ partner, application, applications, onChosen }: ApplicationStepProps) {
  const form = useApplicationForm({ partnerId: partner.id, contactEmail: partner.contactEmail });
  const forbidden = useForbidden()('applications.create');
  const submit = async () => {
    const saved = forbidden === undefined ? await form.save() : null;
    if (saved !== null) onChosen(saved.id);
  };
  return (
    <>
      <StepForm
        submitLabel="Create application"
        isBusy={form.isRunning}
        disabledReason={forbidden}
        error={form.error}
        onSubmit={() => void submit()}
      >
        <ApplicationFields form={form} />
      </StepForm>
      {applications.length > 0 && (
        <div className={styles.or}>
          <Combobox
            label="Or an application that is there"
            placeholder="Find an application"
            value={application?.id ?? null}
            options={applications.map(({ id, name, slug }) => ({ value: id, label: name, detail: slug }))}
            onChange={(id) => {
              const chosen = applications.find((one) => one.id === id);
              if (chosen !== undefined) onChosen(chosen.id);
            }}
          />
        </div>
      )}
    </>
  );
}
