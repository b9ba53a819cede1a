// Who is in the shop: known by a cookie, with a basket. In memory, because this is an example; the
// longest absent are forgotten first.
import { randomUUID } from 'node:crypto';
import type { FeatureFlagEvaluations } from 'posthog-node';
import type { Product } from './catalogue.ts';

export type Shopper = {
  /** The distinct id for PostHog's SDKs, in the browser and here. */
  readonly id: string;
  /** Product → how many. */
  readonly basket: Map<Product, number>;
  /** The flags that the open checkout was shown with: it is finished in the version it was begun in. */
  flags: FeatureFlagEvaluations | undefined;
  attempts: number;
  /** The last order, for the page that says thank you; `days` until it arrives, where that is known. */
  order: { readonly number: string; readonly days: number | undefined } | undefined;
};

const COOKIE = 'shopper';
const MAX_SHOPPERS = 50_000;
const ID_FORM = /^[A-Za-z0-9-]{8,64}$/;

export class Shoppers {
  readonly #byId = new Map<string, Shopper>();

  /** The shopper of a Cookie header; a new one when there is none. */
  enter(cookieHeader: string | undefined): { shopper: Shopper; isNew: boolean } {
    const id = readCookie(cookieHeader);
    const known = id === undefined ? undefined : this.#byId.get(id);
    const shopper = known ?? newShopper(id ?? randomUUID());
    // Re-inserting keeps the map in order of the last visit.
    this.#byId.delete(shopper.id);
    this.#byId.set(shopper.id, shopper);
    const oldest = this.#byId.keys().next();
    if (this.#byId.size > MAX_SHOPPERS && !oldest.done) this.#byId.delete(oldest.value);
    return { shopper, isNew: id === undefined };
  }
}

function newShopper(id: string): Shopper {
  return { id, basket: new Map(), flags: undefined, attempts: 0, order: undefined };
}

function readCookie(header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=');
    if (name === COOKIE && value !== undefined && ID_FORM.test(value)) return value;
  }
  return undefined;
}

/** Set-Cookie header that makes the browser come back as the same shopper for a year. */
export function cookieOf(shopper: Shopper): string {
  return `${COOKIE}=${shopper.id}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`;
}

/** What the basket costs, in cents. */
export function basketCents(basket: Shopper['basket']): number {
  return [...basket].reduce((sum, [product, count]) => sum + product.priceCents * count, 0);
}
