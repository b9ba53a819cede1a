// What is not for everybody yet: the page where shoppers choose for themselves, and the page that such a
// feature refers to. Which features there are the browser asks Serin (`assets/early-access.js`).
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { page } from './layout.ts';
import type { PageContext } from './layout.ts';

/** Every state that the list can be in; the script shows one of them. */
const states = html`<p data-state="loading" role="status">Looking for what is new…</p>
  <div class="notice" data-state="empty" hidden>
    <h2>Nothing to try right now</h2>
    <p>Everything we have finished is in the shop already. Come back in a while.</p>
    <p><a class="button" href="/">To the goods</a></p>
  </div>
  <div class="notice" data-state="failed" role="alert" hidden>
    <h2>The list did not arrive</h2>
    <p>What you have chosen before is kept, and the shop works as always.</p>
    <p><button type="button" id="again">Try again</button></p>
  </div>
  <ul class="features" data-state="ready" aria-label="Early access" hidden></ul>`;

/** One feature; the script fills in what Serin says of it. */
const feature = html`<template id="feature">
  <li class="feature">
    <div>
      <p class="stage" data-part="stage"></p>
      <h2 data-part="name"></h2>
      <p class="about" data-part="description"></p>
      <p class="small">
        <span data-part="note"></span>
        <a data-part="link">Read more<span class="unseen" data-part="link-name"></span></a>
      </p>
    </div>
    <label class="switch">
      <input type="checkbox" role="switch" data-part="choice" />
      <span data-part="label"></span>
    </label>
  </li>
</template>`;

/** Where shoppers opt in and out. */
export function earlyAccessPage(context: PageContext): string {
  const content: Html = html`<div class="hero">
      <h1>Try it first</h1>
      <p>
        What we are still working on. Switch it on for yourself, and off again whenever you like.
      </p>
    </div>
    <div id="early-access" tabindex="-1">${states}</div>
    <p class="unseen" id="chosen" role="status"></p>
    ${feature}
    <noscript><p class="notice">Choosing needs JavaScript.</p></noscript>
    <script src="/assets/early-access.js" defer></script>`;
  return page(context, 'Early access', content);
}

/** The documentation of the feature that `npm run demo` offers. */
export function quickBasketPage(context: PageContext): string {
  return page(
    context,
    'Quick basket',
    html`<h1>Quick basket</h1>
      <p class="lead">Fill the basket without leaving the goods.</p>
      <p>
        Every card on the first page gets a button. It puts one of that thing into your basket,
        leaves you where you are, and tells how many you have.
      </p>
      <p>
        The pages of the goods and the basket itself stay as they are. What is in your basket stays
        in it when you switch this off.
      </p>
      <p><a class="button" href="/early-access">To early access</a></p>`,
  );
}
