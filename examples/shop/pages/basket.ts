// The basket, as a page and as the list of lines that both checkouts show.
import { formatPrice } from '../catalogue.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { basketCents } from '../shoppers.ts';
import type { Shopper } from '../shoppers.ts';
import { page } from './layout.ts';
import type { PageContext } from './layout.ts';

/** The lines of a basket and their sum. */
export function basketTable(basket: Shopper['basket'], rowEnd?: (slug: string) => Html): Html {
  const lines = [...basket];
  return html`<table class="basket">
    <thead>
      <tr>
        <th scope="col">What</th>
        <th scope="col">How many</th>
        <th scope="col">Price</th>
        ${rowEnd ? html`<th scope="col"><span class="unseen">Take out</span></th>` : undefined}
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        ([product, count]) =>
          html`<tr>
            <td><a href="/goods/${product.slug}">${product.name}</a></td>
            <td>${count}</td>
            <td>${formatPrice(product.priceCents * count)}</td>
            ${rowEnd ? html`<td>${rowEnd(product.slug)}</td>` : undefined}
          </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row" colspan="2">Together</th>
        <td>${formatPrice(basketCents(basket))}</td>
        ${rowEnd ? html`<td></td>` : undefined}
      </tr>
    </tfoot>
  </table>`;
}

const takeOut = (slug: string) =>
  html`<form method="post" action="/basket/out">
    <input type="hidden" name="product" value="${slug}" />
    <button class="quiet">Take out</button>
  </form>`;

/** The basket's page. The hint is shown by the browser when posthog-js says the flag is on. */
export function basketPage(context: PageContext): string {
  const { basket } = context.shopper;
  const content =
    basket.size === 0
      ? html`<p>Nothing in it yet.</p>
          <p><a class="button" href="/">To the goods</a></p>`
      : html`${basketTable(basket, takeOut)}
          <p class="hint" data-flag="new-checkout" hidden>
            You get our new checkout: one page, no detours.
          </p>
          <p><a class="button primary" href="/checkout">To the checkout</a></p>`;
  return page(
    context,
    'Basket',
    html`<h1>Basket</h1>
      ${content}`,
  );
}
