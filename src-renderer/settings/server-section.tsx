import type { Settings } from '#contract/settings.ts';
import type { SystemStatus } from '#contract/system.ts';
import { useSettings, useStatus } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { PortsBlock } from './ports-block.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm, type SettingsForm } from './use-settings-form.ts';

/** Where the server listens, what refusals say, and what the desktop shell does. */
export function ServerSection() {
  const status = useStatus();
  const settings = useSettings();
  return (
    <>
      <AsyncRegion query={status} subject="The server’s state">
        {(data) => <Addresses status={data} />}
      </AsyncRegion>
      <AsyncRegion query={settings} subject="The settings">
        {(saved) => (
          <>
            <PortsBlock saved={saved} />
            <ServerForm saved={saved} isDesktop={status.data?.host === 'desktop'} />
          </>
        )}
      </AsyncRegion>
    </>
  );
}

function Addresses({ status }: { readonly status: SystemStatus }) {
  return (
    <section className={styles.block}>
      <h2>Addresses</h2>
      <Facts>
        <Fact name="Services ask">
          <Address url={status.service.isListening ? status.service.url : null} what="service address" />
        </Fact>
        <Fact name="Admin">
          {status.admin.isListening ? (
            <Address url={status.admin.url} what="admin address" />
          ) : (
            <span className={styles.quiet}>No admin listener; this window talks to the server directly.</span>
          )}
        </Fact>
        <Fact name="Data directory">
          <span className={styles.mono}>{status.dataDirectory}</span>
        </Fact>
      </Facts>
    </section>
  );
}

function Address({ url, what }: { readonly url: string | null; readonly what: string }) {
  if (url === null) return <span className={styles.quiet}>Not listening</span>;
  return (
    <span className={styles.row}>
      <span className={styles.mono}>{url}</span>
      <CopyButton text={url} label={`Copy ${what}`} />
    </span>
  );
}

const ACCESS_LOG: readonly Option<Settings['accessLog']>[] = [
  { value: 'off', label: 'Off' },
  { value: 'file', label: 'File', detail: 'access.log in the data directory' },
  { value: 'stderr', label: 'Standard error' },
];

function ServerForm({ saved, isDesktop }: { readonly saved: Settings; readonly isDesktop: boolean }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError, mark } = form;
  return (
    <section className={styles.block}>
      <h2>Refusals and logs</h2>
      <div className={styles.pair}>
        <TextField
          label="Contact for callers"
          isOptional
          type="email"
          value={values.helpContact ?? ''}
          onChange={(text) => set({ helpContact: text.trim() === '' ? null : text.trim() })}
          error={fieldError('helpContact')}
          {...mark('helpContact', 'Refusals name it where no application is known.')}
        />
        <TextField
          label="Help page for callers"
          isOptional
          type="url"
          value={values.helpUrl ?? ''}
          onChange={(text) => set({ helpUrl: text.trim() === '' ? null : text.trim() })}
          error={fieldError('helpUrl')}
          {...mark('helpUrl', 'Refusals link to it. Default: this server’s own page.')}
        />
        <TextField
          label="Public address"
          isOptional
          type="url"
          value={values.publicUrl ?? ''}
          onChange={(text) => set({ publicUrl: text.trim() === '' ? null : text.trim() })}
          error={fieldError('publicUrl')}
          {...mark(
            'publicUrl',
            'Address of your proxy or tunnel, with https, by which people outside reach one-time links. Without it no link can be made.',
          )}
        />
        <LogFields form={form} />
      </div>
      {isDesktop && (
        <>
          <Switch
            label="Keep the server running when the window is closed"
            isOn={values.closeToBackground}
            onChange={(closeToBackground) => set({ closeToBackground })}
            help={mark('closeToBackground', 'The tray shows that it runs; Quit there stops it.').help}
          />
          <Switch
            label="Admin listener for the command line"
            isOn={values.adminHttpInDesktop}
            onChange={(adminHttpInDesktop) => set({ adminHttpInDesktop })}
            help={mark('adminHttpInDesktop', 'Off: nothing but this window can administer.').help}
          />
        </>
      )}
      <SaveBar form={form} />
    </section>
  );
}

/** What is written about requests beside the request log, and what stands out there. */
function LogFields({ form: { values, set, fieldError, mark } }: { readonly form: SettingsForm }) {
  return (
    <>
      <Select
        label="Access log"
        value={values.accessLog}
        options={ACCESS_LOG}
        onChange={(accessLog) => set({ accessLog })}
        {...mark(
          'accessLog',
          'A line of JSON for every request to the service address, with key ids and never a key.',
        )}
      />
      <NumberField
        label="Slow verifications from"
        suffix="ms"
        value={values.slowVerifyMs}
        min={1}
        max={60_000}
        onChange={(slowVerifyMs) => set(slowVerifyMs === null ? {} : { slowVerifyMs })}
        error={fieldError('slowVerifyMs')}
        {...mark(
          'slowVerifyMs',
          'What takes as long or longer to decide stands on the on-call page and in the program’s log.',
        )}
      />
      <NumberField
        label="Busiest keys in metrics"
        value={values.metricsTopKeys}
        min={0}
        max={50}
        onChange={(metricsTopKeys) => set(metricsTopKeys === null ? {} : { metricsTopKeys })}
        error={fieldError('metricsTopKeys')}
        {...mark(
          'metricsTopKeys',
          'How many keys GET /metrics names with their requests of the last hour. 0 names none.',
        )}
      />
    </>
  );
}
