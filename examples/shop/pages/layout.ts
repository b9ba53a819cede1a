// The frame of every page.
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { Shopper } from '../shoppers.ts';

/** What a page needs to know beside its own content. */
export type PageContext = {
  readonly shopper: Shopper;
  /** Where the browser's posthog-js finds Serin, and the project token it uses. */
  readonly serinUrl: string;
  readonly projectToken: string;
};

/** A whole page. */
export function page(context: PageContext, title: string, content: Html): string {
  const count = [...context.shopper.basket.values()].reduce((sum, each) => sum + each, 0);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Hedgerow</title>
        <link rel="stylesheet" href="/assets/shop.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="${context.serinUrl}/static/array.js" defer></script>
        <script
          src="/assets/analytics.js"
          defer
          data-host="${context.serinUrl}"
          data-token="${context.projectToken}"
          data-shopper="${context.shopper.id}"
        ></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/assets/icon.svg" alt="" width="32" height="32" />Hedgerow</a
          >
          <nav aria-label="Shop">
            <a href="/">Goods</a>
            <a href="/early-access">Early access</a>
            <a href="/basket"
              >Basket <span class="count" aria-label="${count} in the basket">${count}</span></a
            >
          </nav>
        </header>
        <main id="content">${content}</main>
        <footer>
          <p>An example for Serin. Nothing here is sold, nobody is charged.</p>
        </footer>
      </body>
    </html>`.text;
}
