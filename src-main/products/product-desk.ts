import type { Template } from '#contract/templates.ts';
import { publishedProduct, type OfferedTier } from '#main/access-requests/asked-product.ts';
import { readAccessSettings } from '#main/access-requests/access-settings.ts';
import type { UseCaseContext } from '#main/context.ts';
import { limitSentences, spanText, type StatedLimits } from '#main/passport/passport-words.ts';
import { PRODUCT_ENDPOINTS_MAX } from '#contract/products.ts';
import type { Endpoint } from '#contract/services.ts';
import { createProductQueries } from '#main/sqlite/product-queries.ts';
import { callableEndpoints } from './product-view.ts';

/** One tier, as its page tells it. Sentences are in English, without names that are ours alone. */
export interface ShownTier {
  readonly name: string;
  /** Where its keys live; null: whoever asks chooses. */
  readonly environment: Template['environment'];
  /** One sentence each; none: no limit. */
  readonly limits: readonly string[];
  /** `90 days`; null: they do not expire. */
  readonly life: string | null;
  /** `90 days`; null: no fixed rhythm. */
  readonly rotation: string | null;
  /** What calls must come from or keep to, beside the key; what exactly is agreed with each applicant. */
  readonly bounds: readonly string[];
  /** In the order of the catalogue. */
  readonly endpoints: readonly Pick<Endpoint, 'method' | 'path' | 'summary' | 'group'>[];
  /** Endpoints beyond those that are named. */
  readonly unshownCount: number;
}

/** A product, as its page tells it. */
export interface ShownProduct {
  readonly slug: string;
  readonly name: string;
  readonly serviceName: string;
  readonly description: string;
  readonly tiers: readonly ShownTier[];
  /** Can a key be asked for by the form? */
  readonly canAsk: boolean;
}

/** What everybody may know of products. */
export interface ProductDesk {
  /** By name. */
  readonly list: () => readonly Pick<ShownProduct, 'slug' | 'name' | 'serviceName' | 'description'>[];
  /** null for a draft, and where there is none. */
  readonly find: (slug: string) => ShownProduct | null;
}

/** Makes the desk. `context` is one of the program itself and takes the time. */
export function createProductDesk(context: () => UseCaseContext): ProductDesk {
  return {
    list: () => {
      const now = context();
      return createProductQueries(now.db.handle)
        .list(null)
        .flatMap(({ slug }) => publishedProduct(now, slug) ?? [])
        .map(({ product: { slug, name, description, serviceId } }) => ({
          ...{ slug, name, description },
          serviceName: now.db.services.findName(serviceId) ?? '',
        }));
    },
    find: (slug) => {
      const now = context();
      const found = publishedProduct(now, slug);
      if (found === null) return null;
      const { product, tiers } = found;
      const catalogue = now.db.endpoints.list(product.serviceId);
      return {
        slug,
        name: product.name,
        description: product.description,
        serviceName: now.db.services.findName(product.serviceId) ?? '',
        tiers: tiers.map((tier) => shownTier(now, tier, catalogue)),
        canAsk: readAccessSettings(now).isOpen,
      };
    },
  };
}

function shownTier(
  context: UseCaseContext,
  { name, template }: OfferedTier,
  catalogue: readonly Endpoint[],
): ShownTier {
  const endpoints = callableEndpoints(context, template, catalogue);
  return {
    name,
    environment: template.environment,
    limits: limitSentences(statedLimits(context, template)),
    life: template.expiresInMs === null ? null : lengthText(template.expiresInMs),
    rotation: template.rotateEveryMs === null ? null : lengthText(template.rotateEveryMs),
    bounds: template.bindingMode === 'enforce' ? boundsOf(template) : [],
    endpoints: endpoints
      .slice(0, PRODUCT_ENDPOINTS_MAX)
      .map(({ method, path, summary, group }) => ({ method, path, summary, group })),
    unshownCount: Math.max(0, endpoints.length - PRODUCT_ENDPOINTS_MAX),
  };
}

/** As verification finds them: the template's own go before those of its plan. */
function statedLimits({ db }: UseCaseContext, template: Template): StatedLimits {
  const plan = template.planId === null ? null : db.plans.get(template.planId);
  const unnamed = template.rateLimit ?? plan?.rateLimit ?? null;
  const named = new Map(
    [...(plan?.rateLimits ?? []), ...template.rateLimits].map((limit) => [limit.name, limit]),
  );
  return {
    rateLimits: [
      ...(unnamed === null ? [] : [{ ...unnamed, name: null, by: 'key' as const, isSoft: false }]),
      ...named.values(),
    ],
    quota: template.quota ?? plan?.quota ?? null,
  };
}

function boundsOf({ ipAllow, originAllow, userAgentAllow, timeAllow }: Template): readonly string[] {
  return [
    ...(ipAllow.length === 0 ? [] : ['from agreed addresses only']),
    ...(originAllow.length === 0 ? [] : ['from pages of agreed origins only']),
    ...(userAgentAllow.length === 0 ? [] : ['with agreed programs only']),
    ...(timeAllow.length === 0 ? [] : ['at agreed hours only']),
  ];
}

/** `1 day`, `90 days`. */
function lengthText(lengthMs: number): string {
  const text = spanText(lengthMs);
  return /^\d/.test(text) ? text : `1 ${text}`;
}
