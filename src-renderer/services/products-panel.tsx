import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Product } from '#contract/products.ts';
import type { Service } from '#contract/services.ts';
import { useDeleteProduct, usePublishProduct, useUnpublishProduct } from '#renderer/api/commands.ts';
import { useProducts } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { ProductDialog } from './product-dialog.tsx';
import styles from './services.module.css';

/** What is asked before it is done to a product. */
type Step = 'publish' | 'unpublish' | 'delete';

/** What of a service people outside may ask for, and the pages that say so. */
export function ProductsPanel({ service }: { readonly service: Service }) {
  const query = useProducts({ serviceId: service.id });
  const forbidden = useForbidden();
  const [editing, setEditing] = useState<Product | 'new' | null>(null);
  const [asked, setAsked] = useState<{ readonly product: Product; readonly step: Step } | null>(null);
  return (
    <>
      <div className={styles.toolbar}>
        <p className={styles.quiet}>Each is a page that leads to the form for a key.</p>
        <span className={styles.spacer} />
        <Button
          variant="primary"
          icon={<Plus aria-hidden />}
          disabledReason={forbidden('products.create')}
          onClick={() => setEditing('new')}
        >
          New product
        </Button>
      </div>
      <AsyncRegion
        query={query}
        subject="The products"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title="No products yet">
            A product is what people outside can ask for: templates of keys under names for them, on a page
            with endpoints, limits and lifetime.
          </EmptyState>
        }
      >
        {(data) => (
          <ul aria-label="Products">
            {data.items.map((product) => (
              <ProductRow
                key={product.id}
                product={product}
                onEdit={() => setEditing(product)}
                onAsk={(step) => setAsked({ product, step })}
              />
            ))}
          </ul>
        )}
      </AsyncRegion>
      {editing !== null && (
        <ProductDialog
          service={service}
          product={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
      {asked !== null && <StepDialog {...asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const STATES = {
  draft: { word: 'Draft', tone: 'plain' },
  published: { word: 'Published', tone: 'ok' },
  empty: { word: 'Offers nothing', tone: 'warn' },
} as const;

interface ProductRowProps {
  readonly product: Product;
  readonly onEdit: () => void;
  readonly onAsk: (step: Step) => void;
}

function ProductRow({ product, onEdit, onAsk }: ProductRowProps) {
  const forbidden = useForbidden();
  const { name, state, description, tiers, pageUrl } = product;
  const hasOffer = tiers.some(({ isOffered }) => isOffered);
  return (
    <li className={styles.scope}>
      <div className={styles.scopeHead}>
        <h2>{name}</h2>
        <Chip tone={STATES[state].tone}>{STATES[state].word}</Chip>
        <span className={styles.spacer} />
        {state === 'draft' ? (
          <Button
            variant="quiet"
            aria-label={`Publish ${name}`}
            disabledReason={
              forbidden('products.publish') ??
              (hasOffer ? undefined : 'None of its tiers is offered. Add a tier first.')
            }
            onClick={() => onAsk('publish')}
          >
            Publish
          </Button>
        ) : (
          <Button
            variant="quiet"
            aria-label={`Unpublish ${name}`}
            disabledReason={forbidden('products.unpublish')}
            onClick={() => onAsk('unpublish')}
          >
            Unpublish
          </Button>
        )}
        <Button
          variant="quiet"
          aria-label={`Edit ${name}`}
          disabledReason={forbidden('products.update')}
          onClick={onEdit}
        >
          Edit
        </Button>
        <Button
          variant="quiet"
          aria-label={`Delete ${name}`}
          disabledReason={forbidden('products.delete')}
          onClick={() => onAsk('delete')}
        >
          Delete
        </Button>
      </div>
      {description !== '' && <p>{description}</p>}
      <ul className={styles.tiers} aria-label={`Tiers of ${name}`}>
        {tiers.map((tier) => (
          <li key={tier.templateId}>
            {tier.name}: template {tier.templateName}, {counted(tier.endpointCount, 'endpoint')}
            {!tier.isOffered && ', archived, so not offered'}
          </li>
        ))}
      </ul>
      {state === 'published' && (
        <div className={styles.row}>
          <code className={styles.suggested}>{pageUrl}</code>
          <CopyButton text={pageUrl} label={`Copy address of ${name}`} shows="Copy address" />
        </div>
      )}
      {state === 'empty' && (
        <p className={styles.quiet}>
          Nobody sees its page: its templates are archived or deleted. Edit its tiers, or unpublish it.
        </p>
      )}
    </li>
  );
}

const STEPS = {
  publish: {
    title: (name: string) => `Publish ${name}?`,
    description:
      'Everybody who reaches the service listener can then read its description, and of each tier the endpoints, limits and lifetime. Who asks for a key still waits for your answer.',
    label: 'Publish product',
    done: 'published',
  },
  unpublish: {
    title: (name: string) => `Unpublish ${name}?`,
    description: 'Its page is gone at once. Requests that came by it stay, and so do keys.',
    label: 'Unpublish product',
    done: 'unpublished',
  },
  delete: {
    title: (name: string) => `Delete ${name}?`,
    description: 'Its page is gone at once. Its templates, keys and the requests that came by it stay.',
    label: 'Delete product',
    done: 'deleted',
  },
} as const;

function StepDialog({
  product,
  step,
  onClose,
}: {
  readonly product: Product;
  readonly step: Step;
  readonly onClose: () => void;
}) {
  const commands = {
    publish: usePublishProduct(),
    unpublish: useUnpublishProduct(),
    delete: useDeleteProduct(),
  };
  const command = commands[step];
  const { say } = useToasts();
  const { title, description, label, done } = STEPS[step];
  const confirm = async () => {
    const outcome = await command.run({ productId: product.id });
    if (!outcome.ok) return;
    say(`${product.name} ${done}`);
    onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={command.isRunning}
      title={title(product.name)}
      description={description}
      confirmLabel={label}
      tone={step === 'delete' ? 'danger' : 'primary'}
    >
      <ErrorNote error={command.error} />
    </AlertDialog>
  );
}
