import { useState } from 'react';
import type { Key } from '#contract/keys.ts';
import { SECRET_MANAGERS, type SecretForm, type SecretManager } from '#contract/secret-form.ts';
import { managerLabel, placeOf, placeProblem, secretForm } from '#contract/secret-managers.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { CopySecret } from './copy-secret.tsx';
import styles from './dialogs.module.css';
import { maskedSecret } from './secret-text.ts';

interface SecretManagerFormProps {
  readonly subject: Key;
  /** The whole key string. */
  readonly secret: string;
  readonly occasion: 'created' | 'rotated';
  readonly clearAfterMs: number;
}

const CHOICES = SECRET_MANAGERS.map((value) => ({ value, label: managerLabel(value) }));

/** How this key gets into a secret manager: a command that asks for it, and what lets one reader have it. The key is in neither. */
export function SecretManagerForm({ subject, secret, occasion, clearAfterMs }: SecretManagerFormProps) {
  const [manager, setManager] = useState<SecretManager>('vault');
  const [name, setName] = useState(() => nameOf(subject));
  const [places, setPlaces] = useState<Partial<Record<SecretManager, string>>>({});
  const usual = placeOf(manager);
  const place = places[manager] ?? usual?.initial ?? '';
  const problem = placeProblem(manager, place);
  const form =
    problem === null ? secretForm(manager, { name, place, isRotation: occasion === 'rotated' }) : null;
  return (
    <>
      <div className={styles.row}>
        <Select
          label="Secret manager"
          className={styles.grow}
          value={manager}
          options={CHOICES}
          onChange={setManager}
        />
        <TextField label="Name in it" className={styles.grow} value={name} onChange={setName} />
        {usual !== null && (
          <TextField
            label={usual.label}
            className={styles.grow}
            value={place}
            error={problem ?? undefined}
            onChange={(text) => setPlaces((before) => ({ ...before, [manager]: text }))}
          />
        )}
      </div>
      {form !== null && <Steps form={form} />}
      {form?.fileWord !== undefined && form.fileWord !== null && (
        <WholeFile key={manager} {...{ form, secret, clearAfterMs }} word={form.fileWord} />
      )}
      {form !== null && form.grant !== null && (
        <section className={styles.part} aria-label={form.grant.title}>
          <h4>{form.grant.title}</h4>
          <CodeBlock code={form.grant.text.trimEnd()} label="policy" />
        </section>
      )}
    </>
  );
}

/** The variable of the snippets in every manager's own way of writing; a test key is another one. */
function nameOf({ applicationSlug, environment }: Key): string {
  return environment === 'test' ? `${applicationSlug} test api key` : `${applicationSlug} api key`;
}

function Steps({ form }: { readonly form: SecretForm }) {
  return (
    <>
      <p className={styles.hint}>
        Copy the key, run this in a shell (sh, bash or zsh), paste the key and press Enter. It is not shown,
        and it is in no argument and no history.
      </p>
      <CodeBlock code={form.command} label="command" />
      {form.note !== null && <p className={styles.hint}>{form.note}</p>}
    </>
  );
}

interface WholeFileProps {
  readonly form: SecretForm;
  readonly word: string;
  readonly secret: string;
  readonly clearAfterMs: number;
}

/** The text with the key in it, for those who have no shell there. Hidden like the key itself. */
function WholeFile({ form: { before, after }, word, secret, clearAfterMs }: WholeFileProps) {
  const [isShown, setShown] = useState(false);
  return (
    <>
      <div className={styles.secret}>
        <output
          className={classNames(styles.secretText, styles.lines)}
          aria-label={isShown ? `The ${word}` : `The ${word}, key hidden`}
        >
          {`${before}${isShown ? secret : maskedSecret(secret)}${after}`.trimEnd()}
        </output>
      </div>
      <CopySecret
        secret={`${before}${secret}${after}`}
        label={`Copy ${word} with the key`}
        clearAfterMs={clearAfterMs}
        onRefused={() => setShown(true)}
      />
    </>
  );
}
