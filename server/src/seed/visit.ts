// What somebody does in the shop, from the page they come to until they leave.
import { logNormal, pick, weighted } from './chance.ts';
import { BAD_FLAG, GOOD_FLAG } from './releases.ts';
import { PRODUCTS, type Product, SEARCHES } from './shop-facts.ts';
import type { Account } from './shopper.ts';
import { type ShopEvent, Trail, type VisitPlan } from './trail.ts';

/** Of a hundred people with the bad checkout, how many run into its error: all who have no postcode, and some others. */
const BAD_ERROR_SHARE = 0.3;
const BAD_PURCHASE = 0.18;
const USUAL_ERROR_SHARE = 0.006;
/** Largest contentful paint on a good computer, milliseconds. */
const LOAD = {
  home: 900,
  search: 1050,
  product: 1100,
  cart: 850,
  checkout: 1000,
  badCheckout: 1900,
};

/** The events of a visit, in order, and who they are known as afterwards. */
export function visitEvents(plan: VisitPlan): {
  readonly events: readonly ShopEvent[];
  readonly account: Account | undefined;
} {
  const { rng, shopper } = plan;
  const trail = new Trail(plan);
  const customer = new Customer(plan, trail);
  // Somebody from before the story: their browser tells who they are.
  if (shopper.isKnown && shopper.account && !plan.account) customer.logIn(shopper.account);
  trail.page('/', 'Hedgerow: for people who like birds', LOAD.home);
  customer.askForFlags();
  customer.meetUsualError();
  const basket = customer.browse();
  // Who has an account logs in early, late, or not this time.
  if (shopper.account && !trail.isLoggedIn && rng() < (basket.length > 0 ? 0.85 : 0.35)) {
    customer.logIn(shopper.account);
  }
  if (basket.length > 0 && rng() < 0.62 * shopper.zeal) customer.checkOut(basket);
  trail.wait(20).leave();
  return {
    events: trail.events,
    account: trail.isLoggedIn ? shopper.account : undefined,
  };
}

class Customer {
  readonly #plan: VisitPlan;
  readonly #trail: Trail;

  constructor(plan: VisitPlan, trail: Trail) {
    this.#plan = plan;
    this.#trail = trail;
  }

  logIn(account: Account): void {
    const { shopper } = this.#plan;
    const { device, source, country } = shopper;
    this.#trail.wait(8).logIn(account, {
      set: {
        email: account.email,
        name: account.name,
        plan: account.plan,
        country: country.name,
        $browser: device.browser,
        $os: device.os,
        $device_type: device.type,
      },
      setOnce: {
        $initial_referrer: source.referrer,
        $initial_referring_domain: source.domain,
        $initial_utm_campaign: source.campaign ?? null,
        $initial_browser: device.browser,
        $initial_device_type: device.type,
      },
    });
    const { company } = account;
    if (!company) return;
    this.#trail.add('$groupidentify', {
      $group_type: 'company',
      $group_key: company.key,
      $group_set: {
        name: company.name,
        industry: company.industry,
        employees: company.employees,
      },
    });
  }

  askForFlags(): void {
    for (const [key, isOn] of Object.entries(this.#trail.flags)) {
      this.#trail.add('$feature_flag_called', {
        $feature_flag: key,
        $feature_flag_response: isOn,
      });
    }
  }

  meetUsualError(): void {
    if (this.#plan.rng() > USUAL_ERROR_SHARE) return;
    const [type, message] = ['TypeError', 'Failed to fetch'];
    this.#trail.wait(3).add('$exception', exceptionOf(type, message, 'loadRecommendations', 88));
  }

  /** What they put into their basket. */
  browse(): Product[] {
    const { rng, shopper } = this.#plan;
    const { zeal } = shopper;
    const basket: Product[] = [];
    const hasFound = rng() < 0.45 ? this.#search() : rng() < 0.72 * zeal;
    if (!hasFound) return basket;
    const looks = 1 + Math.floor(rng() * 3 * zeal);
    for (let look = 0; look < looks; look += 1) {
      const product = weighted(rng, PRODUCTS);
      this.#look(product);
      if (basket.length < 3 && rng() < 0.3 * zeal) basket.push(product);
      if (basket.at(-1) === product) this.#buy(product);
    }
    return [...new Set(basket)];
  }

  /** True when there was something among the results. */
  #search(): boolean {
    const { rng, shopper } = this.#plan;
    const isNew = this.#trail.flags[GOOD_FLAG] === true;
    const query = pick(rng, SEARCHES);
    const results = isNew ? 3 + Math.floor(rng() * 9) : Math.floor(rng() * 7);
    this.#trail
      .wait(9)
      .page('/search', `Search: ${query}`, LOAD.search)
      .add('search performed', { query, results });
    return results > 0 && rng() < (isNew ? 0.9 : 0.72) * Math.sqrt(shopper.zeal);
  }

  #look(product: Product): void {
    const { slug, name, category, price } = product;
    this.#trail
      .wait(7)
      .click(name)
      .page(`/products/${slug}`, name, LOAD.product)
      .wait(0.7)
      .add('product viewed', { product: slug, category, price })
      .wait(14);
  }

  #buy({ slug, category, price }: Product): void {
    this.#trail
      .wait(5)
      .click('Add to basket')
      .add('added to cart', { product: slug, category, price, currency: 'EUR' });
  }

  checkOut(basket: readonly Product[]): void {
    const { rng, shopper } = this.#plan;
    const isBad = this.#trail.flags[BAD_FLAG] === true;
    const items = basket.map((product) => ({ product, quantity: 1 + Math.floor(rng() ** 3 * 3) }));
    const value = items.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
    const revenue = Number(value.toFixed(2));
    this.#trail
      .wait(6)
      .page('/cart', 'Your basket', LOAD.cart)
      .wait(8)
      .click('To the checkout')
      .page('/checkout', 'Checkout', isBad ? LOAD.badCheckout : LOAD.checkout)
      .add('checkout started', { basket_value: revenue, items: items.length, currency: 'EUR' })
      .wait(25);
    const hasFailed = isBad && (!shopper.country.hasPostcode || rng() < BAD_ERROR_SHARE);
    if (hasFailed) this.#fail();
    if (rng() > (hasFailed ? BAD_PURCHASE : 0.74)) return;
    this.#trail
      .wait(logNormal(rng, 12, 0.4))
      .click('Pay now')
      .wait(2)
      .add('order completed', {
        revenue,
        currency: 'EUR',
        items: items.reduce((sum, { quantity }) => sum + quantity, 0),
        payment_method: pick(rng, ['card', 'card', 'paypal', 'invoice']),
      })
      .page('/thank-you', 'Thank you', LOAD.home);
  }

  /** The new checkout asks for a postcode in vain. */
  #fail(): void {
    const { rng } = this.#plan;
    const message = "Cannot read properties of undefined (reading 'postcode')";
    this.#trail
      .click('Pay now')
      .add('$exception', exceptionOf('TypeError', message, 'estimateDelivery', 41));
    if (rng() < 0.5) this.#trail.wait(1).click('Pay now', '$rageclick');
  }
}

function exceptionOf(type: string, value: string, name: string, line: number) {
  const filename = 'https://hedgerow.example/assets/shop.js';
  const frame = { filename, function: name, lineno: line, colno: 17, in_app: true };
  return {
    $exception_level: 'error',
    $exception_list: [
      {
        type,
        value,
        mechanism: { type: 'onerror', handled: false },
        stacktrace: { type: 'raw', frames: [{ ...frame, platform: 'web:javascript' }] },
      },
    ],
  };
}
