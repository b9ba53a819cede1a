// How a visit ends: with thanks, with an error, or somewhere that does not exist.
import { html } from '../html.ts';
import { page } from './layout.ts';
import type { PageContext } from './layout.ts';

/** After a purchase; the second release of the new checkout knows the days of delivery. */
export function thanksPage(context: PageContext, order: string, days: number | undefined): string {
  return page(
    context,
    'Thank you',
    html`<h1>Thank you</h1>
      <p class="lead">
        Order ${order} is being
        packed${days === undefined ? '' : ` and arrives within ${days} days`}.
      </p>
      <p><a class="button" href="/">Back to the goods</a></p>`,
  );
}

/** When an order failed. */
export function sorryPage(context: PageContext): string {
  return page(
    context,
    'Something went wrong',
    html`<h1>Something went wrong</h1>
      <p class="lead">
        Your order was not placed and your card was not charged. We have been told.
      </p>
      <p><a class="button primary" href="/checkout">Try again</a></p>`,
  );
}

export function notFoundPage(context: PageContext): string {
  return page(
    context,
    'Not found',
    html`<h1>Nothing here</h1>
      <p>The page has flown.</p>
      <p><a class="button" href="/">To the goods</a></p>`,
  );
}
