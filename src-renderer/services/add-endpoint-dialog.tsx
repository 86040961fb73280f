import { useState } from 'react';
import { METHODS, type Method } from '#contract/http-methods.ts';
import type { Service } from '#contract/services.ts';
import { useAddEndpoint } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

const METHOD_OPTIONS = METHODS.map((method) => ({ value: method, label: method }));

/** Adds one endpoint by hand. Mounted only while open. */
export function AddEndpointDialog({
  service,
  onClose,
}: {
  readonly service: Service;
  readonly onClose: () => void;
}) {
  const add = useAddEndpoint();
  const { say } = useToasts();
  const [method, setMethod] = useState<Method>('GET');
  const [path, setPath] = useState('/');
  const [group, setGroup] = useState('');
  const [summary, setSummary] = useState('');
  const submit = async () => {
    const outcome = await add.run({
      serviceId: service.id,
      method,
      path,
      summary,
      ...(group.trim() === '' ? {} : { group }),
    });
    if (!outcome.ok) return;
    say(`${method} ${path} added`);
    onClose();
  };
  return (
    <FormDialog
      size="small"
      title="Add endpoint"
      submitLabel="Add endpoint"
      isBusy={add.isRunning}
      error={add.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Select label="Method" value={method} options={METHOD_OPTIONS} onChange={setMethod} />
      <TextField
        label="Path"
        isMono
        value={path}
        onChange={setPath}
        help="{name} stands for one segment: /inventory/{id}"
        error={add.error?.field('path')}
      />
      <TextField
        label="Group"
        isOptional
        value={group}
        onChange={setGroup}
        help="Default: the first segment of the path."
        error={add.error?.field('group')}
      />
      <TextField
        label="Summary"
        isOptional
        value={summary}
        onChange={setSummary}
        error={add.error?.field('summary')}
      />
    </FormDialog>
  );
}
