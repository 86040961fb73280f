import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import { MAIL_SECURITY, type MailSetup } from '#contract/notice-channels.ts';
import { CONTACT_NOTICE_KINDS, NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { useUpdateMail } from '#renderer/api/commands.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { KindsField } from './kinds-field.tsx';
import styles from './settings.module.css';
import { useNoticeTest } from './use-notice-test.ts';

type Draft = Omit<MailSetup, 'hasPassword'>;

const NEW_MAIL: Draft = {
  isOn: true,
  host: '',
  port: 465,
  security: 'tls',
  user: '',
  from: '',
  to: [],
  kinds: [...NOTICE_KINDS],
  contactKinds: [],
};

const SECURITY: readonly Option<MailSetup['security']>[] = MAIL_SECURITY.map((value) => ({
  value,
  label: { tls: 'TLS', starttls: 'STARTTLS', none: 'None' }[value],
  detail: {
    tls: 'from the first byte, usually port 465',
    starttls: 'required, usually port 587',
    none: 'only for a server on this machine',
  }[value],
}));

/** E-mail over the team's own server. */
export function MailBlock({ saved }: { readonly saved: MailSetup | null }) {
  const update = useUpdateMail();
  const { say } = useToasts();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [password, setPassword] = useState('');
  const [forgets, setForgets] = useState(false);
  // Nothing is sent before it is saved; who begins to fill it in wants it to be.
  const values = draft ?? (saved === null ? { ...NEW_MAIL, isOn: false } : withoutMark(saved));
  const begun = draft === null && saved === null ? NEW_MAIL : values;
  const set = (change: Partial<Draft>) => setDraft({ ...begun, ...change });
  const isChanged = draft !== null || password !== '' || forgets;
  const save = async () => {
    const secret = forgets ? { password: null } : password === '' ? {} : { password };
    const outcome = await update.run({ ...values, ...secret } satisfies CallInput<'notices.updateMail'>);
    if (!outcome.ok) return;
    setDraft(null);
    setPassword('');
    setForgets(false);
    say('Mail settings saved');
  };
  const problem = (field: string) =>
    update.error?.fields.find(({ path }) => path.split('.')[0] === field)?.message;
  return (
    <section className={styles.block}>
      <h2>E-mail</h2>
      <Switch label="Send notices by e-mail" isOn={values.isOn} onChange={(isOn) => set({ isOn })} />
      <ServerFields values={values} set={set} problem={problem} />
      <div className={styles.pair}>
        <TextField
          label="Password"
          type="password"
          isOptional
          value={password}
          onChange={setPassword}
          help={
            saved?.hasPassword === true
              ? 'One is stored, encrypted, and not shown. Another server or user name needs it again.'
              : 'Stored encrypted and not shown again.'
          }
        />
        {saved?.hasPassword === true && (
          <Checkbox label="Remove the stored password" isChecked={forgets} onChange={setForgets} />
        )}
      </div>
      <KindsField
        legend="Tell admins when"
        offered={NOTICE_KINDS}
        chosen={values.kinds}
        onChange={(kinds) => set({ kinds })}
      />
      <KindsField
        legend="Tell the contact of the key’s application as well when"
        offered={CONTACT_NOTICE_KINDS}
        chosen={values.contactKinds}
        onChange={(contactKinds) => set({ contactKinds })}
      />
      {isChanged && (
        <div className={styles.row}>
          <Button variant="primary" isBusy={update.isRunning} onClick={() => void save()}>
            Save mail settings
          </Button>
          <Button
            onClick={() => {
              setDraft(null);
              setPassword('');
              setForgets(false);
              update.reset();
            }}
          >
            Discard
          </Button>
          <ErrorNote error={update.error} />
        </div>
      )}
      {saved !== null && !isChanged && <TestMail to={saved.to[0] ?? saved.from} />}
    </section>
  );
}

interface ServerFieldsProps {
  readonly values: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly problem: (field: string) => string | undefined;
}

function ServerFields({ values, set, problem }: ServerFieldsProps) {
  const [to, setTo] = useState<string | null>(null);
  return (
    <div className={styles.pair}>
      <TextField
        label="Mail server"
        value={values.host}
        onChange={(host) => set({ host })}
        error={problem('host')}
      />
      <NumberField
        label="Port"
        isGrouped={false}
        value={values.port}
        min={1}
        max={65_535}
        onChange={(port) => set(port === null ? {} : { port })}
        error={problem('port')}
      />
      <Select
        label="Encryption"
        value={values.security}
        options={SECURITY}
        onChange={(security) => set({ security })}
        help={problem('security')}
      />
      <TextField
        label="User name"
        isOptional
        value={values.user}
        onChange={(user) => set({ user })}
        error={problem('user')}
      />
      <TextField
        label="Sender"
        type="email"
        value={values.from}
        onChange={(from) => set({ from })}
        error={problem('from')}
      />
      <TextField
        label="Admins who are told"
        value={to ?? values.to.join(', ')}
        onChange={(text) => {
          setTo(text);
          set({ to: addressesIn(text) });
        }}
        help="Addresses, with commas between them. Each gets a mail of its own."
        error={problem('to')}
      />
    </div>
  );
}

function TestMail({ to: first }: { readonly to: string }) {
  const test = useNoticeTest();
  const [to, setTo] = useState(first);
  return (
    <div className={styles.row}>
      <TextField
        label="Test mail to"
        type="email"
        value={to}
        onChange={setTo}
        error={test.error?.field('to')}
      />
      <Button isBusy={test.isSending} onClick={() => test.send({ channel: 'mail', to })}>
        Send test mail
      </Button>
      <ErrorNote error={test.error} />
    </div>
  );
}

function withoutMark({ hasPassword: _hasPassword, ...fields }: MailSetup): Draft {
  return fields;
}

function addressesIn(text: string): readonly string[] {
  return text
    .split(/[,;\s]+/)
    .map((address) => address.trim())
    .filter((address) => address !== '');
}
