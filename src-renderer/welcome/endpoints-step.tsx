import { useState } from 'react';
import { SAMPLE_LINES } from '#contract/samples.ts';
import type { Service } from '#contract/services.ts';
import { useCreateService, useImportEndpoints } from '#renderer/api/commands.ts';
import { useServices } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './welcome.module.css';

type Source = 'sample' | 'lines' | 'openapi';

const SOURCES = [
  { value: 'sample', label: 'Use the sample API' },
  { value: 'lines', label: 'Paste paths' },
  { value: 'openapi', label: 'Paste an OpenAPI document' },
] as const;

/** Registers the first service, with what can be called there. `onMade` gets its token, shown nowhere else. */
export function EndpointsStep({ onMade }: { readonly onMade: (serviceToken: string | null) => void }) {
  const services = useServices().data?.items ?? [];
  const [source, setSource] = useState<Source>('sample');
  const [name, setName] = useState('Sample API');
  const [text, setText] = useState('');
  const create = useCreateService();
  const fill = useImportEndpoints();
  const { say } = useToasts();
  const content = source === 'sample' ? SAMPLE_LINES : text;
  const submit = async () => {
    // A reload may have come between the two.
    const known = services.find((service) => service.name.toLowerCase() === name.trim().toLowerCase());
    const service = known === undefined ? await makeService() : { service: known, token: null };
    if (service === null) return;
    const input = source === 'openapi' ? { openapi: content } : { lines: content };
    const outcome = await fill.run({ serviceId: service.service.id, ...input });
    if (!outcome.ok) return;
    const { added, problems } = outcome.data;
    say(`${counted(added, 'endpoint')} added.`, {
      detail: problems.length === 0 ? '' : `${counted(problems.length, 'line')} left out; see the service.`,
    });
    onMade(service.token);
  };
  const makeService = async (): Promise<{
    readonly service: Service;
    readonly token: string | null;
  } | null> => {
    const outcome = await create.run({ name, slug: slugOf(name) });
    return outcome.ok ? outcome.data : null;
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={styles.quiet}>What your service offers is the vocabulary of what a key may call.</p>
      <RadioGroup<Source>
        label="Where the endpoints come from"
        hideLabel
        isInline
        value={source}
        options={SOURCES}
        onChange={setSource}
      />
      <TextField label="Name of the service" value={name} onChange={setName} />
      {source === 'sample' ? (
        <pre className={styles.sample}>{SAMPLE_LINES}</pre>
      ) : (
        <TextArea
          label={source === 'lines' ? 'One METHOD /path a line' : 'OpenAPI or Swagger, JSON or YAML'}
          isMono
          rows={8}
          value={text}
          onChange={setText}
        />
      )}
      <ErrorNote error={create.error ?? fill.error} />
      <div>
        <Button
          type="submit"
          variant="primary"
          isBusy={create.isRunning || fill.isRunning}
          disabledReason={content.trim() === '' ? 'Paste something first.' : undefined}
        >
          Add endpoints
        </Button>
      </div>
    </form>
  );
}

/** A short name of letters and digits: `Sample API` becomes `sampleapi`. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 24);
  return /^[a-z]/.test(slug) && slug.length >= 2 ? slug : `service${slug}`.slice(0, 24);
}
