import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { TemplateId } from '#contract/ids.ts';
import { PRODUCT_TIERS_MAX, type Product } from '#contract/products.ts';
import type { Service } from '#contract/services.ts';
import { useCreateProduct, useUpdateProduct } from '#renderer/api/commands.ts';
import { useTemplates } from '#renderer/api/queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './services.module.css';
import { slugOf } from './slug-of.ts';

interface DraftTier {
  /** For React, not for the server. */
  readonly row: number;
  readonly templateId: TemplateId | null;
  readonly name: string;
}

interface ProductDialogProps {
  readonly service: Service;
  /** The product to change; null: a new one. */
  readonly product: Product | null;
  readonly onClose: () => void;
}

/** Creates a product or changes one. Mounted only while open. */
export function ProductDialog({ service, product, onClose }: ProductDialogProps) {
  const create = useCreateProduct();
  const update = useUpdateProduct();
  const command = product === null ? create : update;
  const { say } = useToasts();
  const [name, setName] = useState(product?.name ?? '');
  const [typedSlug, setTypedSlug] = useState<string | null>(product?.slug ?? null);
  const [description, setDescription] = useState(product?.description ?? '');
  const [tiers, setTiers] = useState<readonly DraftTier[]>(() => startTiers(product));
  const slug = typedSlug ?? slugOf(name);
  const error = (path: string) => command.error?.field(path);
  const chosen = tiers.flatMap(({ templateId, name: called }) =>
    templateId === null ? [] : [{ templateId, name: called }],
  );
  const submit = async () => {
    const fields = { name, slug, description, tiers: chosen };
    const outcome =
      product === null
        ? await create.run({ serviceId: service.id, ...fields })
        : await update.run({ productId: product.id, ...fields });
    if (!outcome.ok) return;
    say(`${outcome.data.name} saved`);
    onClose();
  };
  return (
    <FormDialog
      title={product === null ? `New product of ${service.name}` : `Edit ${product.name}`}
      description={
        product === null || product.state === 'draft'
          ? 'A draft, until you publish it.'
          : 'Saving changes its page at once.'
      }
      size="large"
      submitLabel={product === null ? 'Create product' : 'Save changes'}
      isBusy={command.isRunning}
      disabledReason={chosen.length < tiers.length ? 'Choose a template for each tier.' : undefined}
      error={command.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} error={error('name')} required />
      <TextField
        label="Slug"
        isMono
        value={slug}
        onChange={setTypedSlug}
        help={
          product?.state === 'published'
            ? 'Last part of the address of its page: with another one, links to the page stop working.'
            : 'Last part of the address of its page.'
        }
        error={error('slug')}
        required
      />
      <TextArea
        label="Description"
        isOptional
        rows={3}
        value={description}
        onChange={setDescription}
        help="For people outside."
        error={error('description')}
      />
      <TierFields tiers={tiers} onChange={setTiers} errorOf={error} />
    </FormDialog>
  );
}

function startTiers(product: Product | null): readonly DraftTier[] {
  const kept = product?.tiers.map(({ templateId, name }, row) => ({ row, templateId, name })) ?? [];
  return kept.length === 0 ? [{ row: 0, templateId: null, name: '' }] : kept;
}

interface TierFieldsProps {
  readonly tiers: readonly DraftTier[];
  readonly onChange: (tiers: readonly DraftTier[]) => void;
  readonly errorOf: (path: string) => string | undefined;
}

function TierFields({ tiers, onChange, errorOf }: TierFieldsProps) {
  const templates = useTemplates({}).data?.items ?? [];
  const set = (row: number, part: Partial<DraftTier>) =>
    onChange(tiers.map((tier) => (tier.row === row ? { ...tier, ...part } : tier)));
  const choose = (tier: DraftTier, id: string | null) => {
    const template = templates.find((one) => one.id === id);
    if (template === undefined) return;
    set(tier.row, { templateId: template.id, name: tier.name === '' ? template.name : tier.name });
  };
  return (
    <section className={styles.form} aria-label="Tiers">
      <h3>Tiers</h3>
      <p className={styles.quiet}>
        A template says what keys of the tier may; its own name and description are not on the page.
      </p>
      {tiers.map((tier, place) => (
        <div key={tier.row} className={styles.tier}>
          <Combobox
            label={`Template of tier ${place + 1}`}
            value={tier.templateId}
            options={templates.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => choose(tier, id)}
            error={errorOf(`tiers.${place}.templateId`)}
          />
          <TextField
            label={`Name of tier ${place + 1}`}
            value={tier.name}
            onChange={(name) => set(tier.row, { name })}
            error={errorOf(`tiers.${place}.name`)}
            required
          />
          <IconButton
            label={`Remove tier ${place + 1}`}
            icon={<X aria-hidden />}
            disabledReason={tiers.length === 1 ? 'A product has one tier at least.' : undefined}
            onClick={() => onChange(tiers.filter(({ row }) => row !== tier.row))}
          />
        </div>
      ))}
      {errorOf('tiers') !== undefined && <p role="alert">{errorOf('tiers')}</p>}
      <div className={styles.row}>
        <Button
          icon={<Plus aria-hidden />}
          disabledReason={
            tiers.length >= PRODUCT_TIERS_MAX ? `At most ${PRODUCT_TIERS_MAX} tiers.` : undefined
          }
          onClick={() =>
            onChange([
              ...tiers,
              { row: Math.max(...tiers.map(({ row }) => row)) + 1, templateId: null, name: '' },
            ])
          }
        >
          Add a tier
        </Button>
      </div>
    </section>
  );
}
