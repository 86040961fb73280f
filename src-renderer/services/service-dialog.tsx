import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Service } from '#contract/services.ts';
import { useCreateService, useUpdateService } from '#renderer/api/commands.ts';
import { AddressesField } from '#renderer/bindings/addresses-field.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { KeepFields } from './keep-fields.tsx';
import { slugOf } from './slug-of.ts';

interface ServiceDialogProps {
  readonly onClose: () => void;
  readonly onCreated: (created: Output<'services.create'>) => void;
}

/** Creates a service. The answer holds its token, once. Mounted only while open. */
export function CreateServiceDialog({ onClose, onCreated }: ServiceDialogProps) {
  const create = useCreateService();
  const [name, setName] = useState('');
  const [typedSlug, setTypedSlug] = useState<string | null>(null);
  const [baseUrl, setBaseUrl] = useState('');
  const [ceiling, setCeiling] = useState<number | null>(null);
  const slug = typedSlug ?? slugOf(name);
  const error = (path: string) => create.error?.field(path);
  const submit = async () => {
    const address = baseUrl.trim() === '' ? null : baseUrl.trim();
    const outcome = await create.run({ name, slug, baseUrl: address, verifyPerSecondMax: ceiling });
    if (outcome.ok) onCreated(outcome.data);
  };
  return (
    <FormDialog
      title="New service"
      description="An API of yours that asks Latchkey whether a request may pass. It gets a token of its own."
      submitLabel="Create service"
      isBusy={create.isRunning}
      error={create.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} error={error('name')} required />
      <TextField
        label="Slug"
        isMono
        value={slug}
        onChange={setTypedSlug}
        help="Short name inside its token. It cannot be changed later."
        error={error('slug')}
        required
      />
      <TextField
        label="Base address"
        isOptional
        isMono
        type="url"
        placeholder="https://api.example.com"
        value={baseUrl}
        onChange={setBaseUrl}
        help="Used in examples only; Latchkey never calls it."
        error={error('baseUrl')}
      />
      <CeilingField value={ceiling} onChange={setCeiling} error={error('verifyPerSecondMax')} />
    </FormDialog>
  );
}

interface CeilingFieldProps {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly error: string | undefined;
}

function CeilingField(props: CeilingFieldProps) {
  return (
    <NumberField
      {...props}
      label="Verifications a second, at most"
      isOptional
      min={1}
      max={1_000_000}
      help="Beyond it the service gets 503, so that one service cannot starve the others. Empty: no ceiling of its own."
    />
  );
}

/** Changes a service's name, base address, ceiling, from where it asks, and what it may keep. Mounted only while open. */
export function EditServiceDialog({
  service,
  onClose,
}: {
  readonly service: Service;
  readonly onClose: () => void;
}) {
  const update = useUpdateService();
  const [name, setName] = useState(service.name);
  const [baseUrl, setBaseUrl] = useState(service.baseUrl ?? '');
  const [ceiling, setCeiling] = useState(service.verifyPerSecondMax);
  const [askedFrom, setAskedFrom] = useState(service.askedFrom);
  const [kept, setKept] = useState({ live: service.keepLiveSeconds, test: service.keepTestSeconds });
  const submit = async () => {
    const address = baseUrl.trim() === '' ? null : baseUrl.trim();
    const outcome = await update.run({
      serviceId: service.id,
      name,
      baseUrl: address,
      verifyPerSecondMax: ceiling,
      keepLiveSeconds: kept.live,
      keepTestSeconds: kept.test,
      askedFrom,
    });
    if (outcome.ok) onClose();
  };
  return (
    <FormDialog
      title={`Edit ${service.name}`}
      submitLabel="Save changes"
      isBusy={update.isRunning}
      error={update.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} error={update.error?.field('name')} required />
      <TextField
        label="Base address"
        isOptional
        isMono
        type="url"
        value={baseUrl}
        onChange={setBaseUrl}
        error={update.error?.field('baseUrl')}
      />
      <CeilingField value={ceiling} onChange={setCeiling} error={update.error?.field('verifyPerSecondMax')} />
      <AddressesField
        label="Its token is taken from"
        value={askedFrom}
        onChange={setAskedFrom}
        error={update.error?.field('askedFrom')}
        help="Addresses or networks, one a line, of the service or of the proxy that asks for it. From elsewhere its token is refused like a wrong one. Empty: from anywhere."
      />
      <KeepFields
        value={kept}
        onChange={setKept}
        errors={{
          live: update.error?.field('keepLiveSeconds'),
          test: update.error?.field('keepTestSeconds'),
        }}
      />
    </FormDialog>
  );
}
