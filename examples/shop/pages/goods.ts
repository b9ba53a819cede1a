// The goods: all of them, and one of them.
import { QUICK_BASKET } from '../analytics.ts';
import { formatPrice, PRODUCTS } from '../catalogue.ts';
import type { Product } from '../catalogue.ts';
import { html } from '../html.ts';
import { page } from './layout.ts';
import type { PageContext } from './layout.ts';

const picture = (product: Product) =>
  html`<img class="picture" src="/assets/${product.slug}.svg" alt="" width="320" height="240" />`;

/** Early access: shown by the browser when posthog-js says the flag is on. */
const quickBasket = (product: Product, count: number) =>
  html`<form class="quick" method="post" action="/basket" data-flag="${QUICK_BASKET}" hidden>
    <input type="hidden" name="product" value="${product.slug}" />
    <input type="hidden" name="from" value="goods" />
    ${count > 0 && html`<span class="small">${count} in the basket</span>`}
    <button aria-label="Add ${product.name} to the basket">Add</button>
  </form>`;

/** The first page. */
export function goodsPage(context: PageContext): string {
  return page(
    context,
    'Goods for watching birds',
    html`<div class="hero">
        <h1>Sit still. They will come.</h1>
        <p>Six good things for gardens, hides and coat pockets.</p>
      </div>
      <ul class="goods">
        ${PRODUCTS.map(
          (product) =>
            html`<li class="card" id="${product.slug}">
              <a href="/goods/${product.slug}">
                ${picture(product)}
                <h2>${product.name}</h2>
                <p>${product.blurb}</p>
                <p class="price">${formatPrice(product.priceCents)}</p>
              </a>
              ${quickBasket(product, context.shopper.basket.get(product) ?? 0)}
            </li>`,
        )}
      </ul>`,
  );
}

/** The page of one product. */
export function productPage(context: PageContext, product: Product): string {
  return page(
    context,
    product.name,
    html`<article class="product">
      ${picture(product)}
      <div>
        <h1>${product.name}</h1>
        <p class="lead">${product.blurb}</p>
        <p>${product.detail}</p>
        <p class="price">${formatPrice(product.priceCents)}</p>
        <form method="post" action="/basket">
          <input type="hidden" name="product" value="${product.slug}" />
          <button class="primary">Put into the basket</button>
        </form>
      </div>
    </article>`,
  );
}
