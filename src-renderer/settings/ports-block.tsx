import { useDeferredValue, useState } from 'react';
import type { PortState } from '#contract/ports.ts';
import type { Settings } from '#contract/settings.ts';
import { useChangePorts } from '#renderer/api/commands.ts';
import { goToPort } from '#renderer/api/other-port.ts';
import { usePorts, usePortTest } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './settings.module.css';

const PORT_MAX = 65_535;

/** The ports of both listeners. A change is tried for 15 s beside the former ports, and kept only when somebody says so. */
export function PortsBlock({ saved }: { readonly saved: Settings }) {
  const ports = usePorts();
  return (
    <section className={styles.block}>
      <h2>Ports</h2>
      <AsyncRegion query={ports} subject="The ports">
        {(state) => <PortsForm saved={saved} state={state} />}
      </AsyncRegion>
    </section>
  );
}

function PortsForm({ saved, state }: { readonly saved: Settings; readonly state: PortState }) {
  const [draft, setDraft] = useState<{ servicePort?: number; adminPort?: number }>({});
  const change = useChangePorts();
  const forbidden = useForbidden();
  const { say } = useToasts();
  const present = {
    servicePort: state.service.port ?? saved.servicePort,
    adminPort: state.admin.port ?? saved.adminPort,
  };
  const wanted = { ...present, ...draft };
  const isChanged = wanted.servicePort !== present.servicePort || wanted.adminPort !== present.adminPort;
  const apply = async () => {
    const outcome = await change.run({
      ...(wanted.servicePort === present.servicePort ? {} : { servicePort: wanted.servicePort }),
      ...(wanted.adminPort === present.adminPort ? {} : { adminPort: wanted.adminPort }),
    });
    if (!outcome.ok) return;
    setDraft({});
    const { trial, code } = outcome.data;
    if (trial === null) say('Ports saved');
    // This page goes along: only there it shows that the new port can be reached.
    else if (trial.admin !== null && code !== null)
      goToPort(trial.admin.to, `code=${code}&at=/settings/server`);
  };
  const field = (name: 'servicePort' | 'adminPort') => ({
    value: wanted[name],
    present: present[name],
    onChange: (port: number) => {
      change.reset();
      setDraft((former) => ({ ...former, [name]: port }));
    },
    refusal: change.error?.fields.find(({ path }) => path === name)?.message,
    isFixed: (name === 'servicePort' ? state.service : state.admin).isFixed,
  });
  return (
    <>
      <div className={styles.pair}>
        <PortField label="Service port" {...field('servicePort')} />
        <PortField label="Admin port" {...field('adminPort')} />
      </div>
      <p className={styles.below}>
        New ports are opened beside the present ones and go back by themselves after 15 seconds, unless you
        keep them.
      </p>
      {isChanged && (
        <div className={styles.row}>
          <Button
            variant="primary"
            isBusy={change.isRunning}
            disabledReason={forbidden('ports.change')}
            onClick={() => void apply()}
          >
            Try these ports
          </Button>
          <Button
            onClick={() => {
              change.reset();
              setDraft({});
            }}
          >
            Discard
          </Button>
          {change.error?.fields.length === 0 && <ErrorNote error={change.error} />}
        </div>
      )}
    </>
  );
}

interface PortFieldProps {
  readonly label: string;
  readonly value: number;
  readonly present: number;
  readonly onChange: (port: number) => void;
  /** What the server had against it. */
  readonly refusal: string | undefined;
  readonly isFixed: boolean;
}

/** A port, with what the server found when it tried to open it. */
function PortField({ label, value, present, onChange, refusal, isFixed }: PortFieldProps) {
  const forbidden = useForbidden();
  const port = useDeferredValue(value);
  const isNew = port !== present && forbidden('ports.test') === undefined;
  const test = usePortTest({ port }, { isEnabled: isNew, staleMs: 0 });
  const found = isNew && port === value ? test.data : undefined;
  const { nextFree = null } = found ?? {};
  return (
    <div className={styles.form}>
      <NumberField
        label={label}
        isGrouped={false}
        value={value}
        min={1}
        max={PORT_MAX}
        onChange={(next) => next !== null && onChange(next)}
        help={
          found?.isFree === true
            ? `Port ${String(port)} is free.`
            : isFixed && 'This start names the port by a flag or the environment; the next one does so again.'
        }
        error={refusal ?? found?.message ?? undefined}
      />
      {nextFree !== null && (
        <div className={styles.row}>
          <Button onClick={() => onChange(nextFree)}>Use {String(nextFree)}, which is free</Button>
        </div>
      )}
    </div>
  );
}
