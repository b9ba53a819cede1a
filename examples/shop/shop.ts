// The shop: which address does what. Plain Node, no framework.
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { NEW_CHECKOUT } from './analytics.ts';
import type { Analytics } from './analytics.ts';
import { readAssets } from './assets.ts';
import { findProduct } from './catalogue.ts';
import { deliveryDays } from './checkout/delivery.ts';
import { checkAddress, readAddress } from './checkout/order.ts';
import { basketPage } from './pages/basket.ts';
import { classicCheckoutPage, newCheckoutPage } from './pages/checkout.ts';
import type { SentForm } from './pages/checkout.ts';
import { earlyAccessPage, quickBasketPage } from './pages/early-access.ts';
import { goodsPage, productPage } from './pages/goods.ts';
import type { PageContext } from './pages/layout.ts';
import { notFoundPage, sorryPage, thanksPage } from './pages/outcome.ts';
import { chargeCard } from './payment.ts';
import { basketCents, cookieOf, Shoppers } from './shoppers.ts';
import type { Shopper } from './shoppers.ts';

export type ShopOptions = {
  readonly analytics: Analytics;
  readonly serinUrl: string;
  readonly projectToken: string;
  /** Which release of the new checkout is deployed; the second one has a fault. */
  readonly release: 1 | 2;
};

/** An answer: a page, or the address to go to next. */
type Answer = { readonly status: number; readonly page: string } | { readonly goTo: string };

const MAX_FORM_BYTES = 16 * 1024;

/** Builds the shop; it listens when told to. */
export function createShop(options: ShopOptions): Server {
  const assets = readAssets();
  const shoppers = new Shoppers();
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const asset = assets.get(pathname);
    if (asset) {
      response.writeHead(200, { 'content-type': asset.type, 'cache-control': 'max-age=3600' });
      response.end(asset.body);
      return;
    }
    const { shopper, isNew } = shoppers.enter(request.headers.cookie);
    const cookie = isNew ? { 'set-cookie': cookieOf(shopper) } : {};
    answer(options, shopper, request, pathname)
      .catch((error: unknown): Answer => {
        options.analytics.trackError(shopper, error);
        return { status: 500, page: sorryPage(contextOf(options, shopper)) };
      })
      .then((result) => {
        if ('goTo' in result) {
          response.writeHead(303, { ...cookie, location: result.goTo }).end();
          return;
        }
        const type = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
        response.writeHead(result.status, { ...cookie, ...type }).end(result.page);
      })
      .catch(() => response.destroy());
  });
}

function contextOf({ serinUrl, projectToken }: ShopOptions, shopper: Shopper): PageContext {
  return { shopper, serinUrl, projectToken };
}

async function answer(
  options: ShopOptions,
  shopper: Shopper,
  request: IncomingMessage,
  pathname: string,
): Promise<Answer> {
  const context = contextOf(options, shopper);
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      return { status: 200, page: goodsPage(context) };
    case 'GET /basket':
      return { status: 200, page: basketPage(context) };
    case 'POST /basket':
      return putIntoBasket(options, shopper, await readForm(request));
    case 'POST /basket/out':
      return takeOut(shopper, await readForm(request));
    case 'GET /checkout':
      return openCheckout(options, shopper);
    case 'POST /checkout':
      return placeOrder(options, shopper, await readForm(request));
    case 'GET /early-access':
      return { status: 200, page: earlyAccessPage(context) };
    case 'GET /early-access/quick-basket':
      return { status: 200, page: quickBasketPage(context) };
    case 'GET /thanks':
      if (shopper.order === undefined) return { goTo: '/' };
      return { status: 200, page: thanksPage(context, shopper.order.number, shopper.order.days) };
    default:
      return productOrNothing(options, shopper, pathname);
  }
}

function productOrNothing(options: ShopOptions, shopper: Shopper, pathname: string): Answer {
  const context = contextOf(options, shopper);
  const product = findProduct(pathname.replace('/goods/', ''));
  if (!product) return { status: 404, page: notFoundPage(context) };
  options.analytics.track('product viewed', shopper, { product: product.slug });
  return { status: 200, page: productPage(context, product) };
}

function putIntoBasket(
  { analytics }: ShopOptions,
  shopper: Shopper,
  form: URLSearchParams,
): Answer {
  const product = findProduct(form.get('product') ?? '');
  if (product) {
    shopper.basket.set(product, (shopper.basket.get(product) ?? 0) + 1);
    analytics.track('product added', shopper, { product: product.slug });
    if (form.get('from') === 'goods') return { goTo: `/#${product.slug}` };
  }
  return { goTo: '/basket' };
}

function takeOut(shopper: Shopper, form: URLSearchParams): Answer {
  const product = findProduct(form.get('product') ?? '');
  if (product) shopper.basket.delete(product);
  return { goTo: '/basket' };
}

/** Here the flag is asked, and decides which checkout is shown. */
async function openCheckout(options: ShopOptions, shopper: Shopper): Promise<Answer> {
  if (shopper.basket.size === 0) return { goTo: '/basket' };
  shopper.flags = await options.analytics.flagsOf(shopper);
  const version = hasNewCheckout(shopper) ? 'new' : 'classic';
  options.analytics.track('checkout started', shopper, { version }, shopper.flags);
  return { status: 200, page: checkoutPage(options, shopper) };
}

function hasNewCheckout(shopper: Shopper): boolean {
  return shopper.flags?.isEnabled(NEW_CHECKOUT) ?? false;
}

function checkoutPage(options: ShopOptions, shopper: Shopper, form?: SentForm): string {
  const show = hasNewCheckout(shopper) ? newCheckoutPage : classicCheckoutPage;
  return show(contextOf(options, shopper), form);
}

function placeOrder(options: ShopOptions, shopper: Shopper, values: URLSearchParams): Answer {
  if (shopper.basket.size === 0) return { goTo: '/basket' };
  const errors = checkAddress(values);
  if (errors.length > 0) {
    return { status: 400, page: checkoutPage(options, shopper, { values, errors }) };
  }
  shopper.attempts += 1;
  const isNew = hasNewCheckout(shopper);
  const days = isNew && options.release === 2 ? deliveryDays(readAddress(values)) : undefined;
  chargeCard(shopper.id, shopper.attempts);
  const about = {
    version: isNew ? 'new' : 'classic',
    revenue_cents: basketCents(shopper.basket),
    ...(days !== undefined && { delivery_days: days }),
  };
  options.analytics.track('order completed', shopper, about, shopper.flags);
  shopper.order = { number: `${shopper.id.slice(0, 8)}-${shopper.attempts}`, days };
  shopper.basket.clear();
  return { goTo: '/thanks' };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_FORM_BYTES) throw new Error('The form is larger than any of ours.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
