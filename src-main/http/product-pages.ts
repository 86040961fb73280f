import type { ProductDesk, ShownProduct, ShownTier } from '#main/products/product-desk.ts';
import type { AnsweredPage } from './handoff-pages.ts';
import { type Markup, markup } from './markup.ts';

/** The address of the settings that people may ask; null = none. */
type Contact = string | null;

/** Lists of more endpoints are closed at first. */
const OPEN_ENDPOINTS_MAX = 20;

/** What there is to ask for. */
export function productsPage(products: ReturnType<ProductDesk['list']>, contact: Contact): AnsweredPage {
  return {
    status: 200,
    title: 'API products',
    main: markup`${products.length === 0 ? markup`<p>No API product is offered now.</p>${otherWays(contact, 'request-access')}` : null}
${products.map(
  ({ slug, name, serviceName, description }) => markup`<h2><a href="products/${slug}">${name}</a></h2>
<p class="hint">of ${serviceName}</p>
${description === '' ? null : markup`<p class="said">${description}</p>`}`,
)}`,
  };
}

/** One product: what a key gives, and where to ask for one. */
export function productPage(product: ShownProduct, contact: Contact): AnsweredPage {
  const { name, serviceName, description, tiers, canAsk } = product;
  return {
    status: 200,
    title: name,
    main: markup`<p class="hint">An API product of ${serviceName}. <a href="../products">All products</a></p>
${description === '' ? null : markup`<p class="said">${description}</p>`}
${canAsk ? null : markup`<p class="note">${closedWords(contact)}</p>`}
${tiers.map((tier, place) => tierPart(product, tier, place))}`,
  };
}

/** The same for an address of none and for a draft. */
export function noProductPage(contact: Contact): AnsweredPage {
  return {
    status: 404,
    title: 'No product here',
    main: markup`<p>No API product is offered at this address.</p>
${otherWays(contact, '../request-access')}`,
  };
}

function otherWays(contact: Contact, askPath: string): Markup {
  return markup`<p><a href="${askPath}">Ask for a key</a>${contact === null ? null : markup`, or write to <a href="mailto:${contact}">${contact}</a>`}.</p>`;
}

function closedWords(contact: Contact): Markup {
  return contact === null
    ? markup`To get a key, write to the people who gave you this address.`
    : markup`To get a key, write to <a href="mailto:${contact}">${contact}</a> and name the product.`;
}

function tierPart({ slug, tiers, canAsk }: ShownProduct, tier: ShownTier, place: number): Markup {
  const { name, environment, limits, life, rotation, bounds } = tier;
  const ask = `../request-access?product=${encodeURIComponent(slug)}&tier=${encodeURIComponent(name)}`;
  return markup`<section aria-labelledby="tier-${place}"><h2 id="tier-${place}">${name}</h2>
<dl>
<dt>Limits</dt><dd>${limits.length === 0 ? 'None' : lines(limits)}</dd>
<dt>A key lives</dt><dd>${life ?? 'Until it is withdrawn'}</dd>
${rotation === null ? null : markup`<dt>Its secret changes</dt><dd>Every ${rotation}</dd>`}
<dt>Environment</dt><dd>${environment === null ? 'Test or live' : environment === 'test' ? 'Test' : 'Live'}</dd>
${bounds.length === 0 ? null : markup`<dt>It works</dt><dd>${lines(bounds)}</dd>`}
</dl>
${endpointsPart(tier)}
${canAsk ? markup`<p><a href="${ask}">Ask for a key${tiers.length === 1 ? '' : ` of ${name}`}</a></p>` : null}
</section>`;
}

function lines(texts: readonly string[]): readonly Markup[] {
  return texts.map((text) => markup`${text}<br>`);
}

function endpointsPart({ name, endpoints, unshownCount }: ShownTier): Markup {
  const count = endpoints.length + unshownCount;
  if (count === 0) return markup`<p>What it may call is agreed with each applicant.</p>`;
  const groups = new Map<string, Markup[]>();
  for (const { group, method, path, summary } of endpoints) {
    const item = markup`<li><code>${method} ${path}</code>${summary === '' ? null : markup` ${summary}`}</li>`;
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return markup`<details${count <= OPEN_ENDPOINTS_MAX ? markup` open` : null}><summary>${count} ${count === 1 ? 'endpoint' : 'endpoints'} of ${name}</summary>
${[...groups].map(([group, items]) => markup`${groups.size === 1 ? null : markup`<h3>${group}</h3>`}<ul>${items}</ul>`)}
${unshownCount === 0 ? null : markup`<p class="hint">${unshownCount} more are not listed.</p>`}
</details>`;
}
