// The two checkouts between which the flag decides: the classic one in numbered sections, and the new
// one with the basket beside a short form.
import { COUNTRIES } from '../countries.ts';
import type { Address, FieldError } from '../checkout/order.ts';
import { formatPrice } from '../catalogue.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { basketCents } from '../shoppers.ts';
import { basketTable } from './basket.ts';
import { page } from './layout.ts';
import type { PageContext } from './layout.ts';

/** A form as it was sent, with what was wrong with it. */
export type SentForm = { readonly values: URLSearchParams; readonly errors: readonly FieldError[] };

type Field = {
  readonly name: keyof Address;
  readonly label: string;
  readonly autocomplete: string;
  readonly note?: string;
};

const NAME: Field = { name: 'name', label: 'Full name', autocomplete: 'name' };
const STREET: Field = {
  name: 'street',
  label: 'Street and number',
  autocomplete: 'street-address',
};
const CITY: Field = { name: 'city', label: 'Town', autocomplete: 'address-level2' };
const POSTCODE: Field = {
  name: 'postcode',
  label: 'Postcode',
  autocomplete: 'postal-code',
  note: 'if any',
};

const messageAt = (form: SentForm | undefined, field: keyof Address) =>
  form?.errors.find((error) => error.field === field)?.message;

function complaint(field: keyof Address, message: string | undefined): Html | undefined {
  if (message === undefined) return undefined;
  return html`<span class="complaint" id="${field}-complaint">${message}</span>`;
}

function input({ name, label, autocomplete, note }: Field, form: SentForm | undefined): Html {
  const message = messageAt(form, name);
  const described =
    message === undefined
      ? undefined
      : html`aria-invalid="true" aria-describedby="${name}-complaint"`;
  return html`<label class="field">
    <span>${label}${note === undefined ? undefined : html` <small>${note}</small>`}</span>
    <input
      name="${name}"
      autocomplete="${autocomplete}"
      value="${form?.values.get(name) ?? ''}"
      ${described}
    />
    ${complaint(name, message)}
  </label>`;
}

function countryChoice(form: SentForm | undefined): Html {
  const chosen = form?.values.get('country') ?? 'DE';
  return html`<label class="field">
    <span>Country</span>
    <select name="country" autocomplete="country">
      ${COUNTRIES.map(
        ({ code, name }) =>
          html`<option value="${code}" ${code === chosen ? html`selected` : undefined}>
            ${name}
          </option>`,
      )}
    </select>
    ${complaint('country', messageAt(form, 'country'))}
  </label>`;
}

function alert(form: SentForm | undefined): Html | undefined {
  if (!form || form.errors.length === 0) return undefined;
  return html`<p class="alert" role="alert">
    Please look at ${form.errors.length === 1 ? 'one field' : `${form.errors.length} fields`} again.
  </p>`;
}

/** The checkout everybody knows. */
export function classicCheckoutPage(context: PageContext, form?: SentForm): string {
  return page(
    context,
    'Checkout',
    html`<h1>Checkout</h1>
      ${alert(form)}
      <form class="classic" method="post" action="/checkout">
        <fieldset>
          <legend>1. Your order</legend>
          ${basketTable(context.shopper.basket)}
        </fieldset>
        <fieldset>
          <legend>2. Delivery address</legend>
          ${[NAME, STREET, POSTCODE, CITY].map((field) => input(field, form))}
          ${countryChoice(form)}
        </fieldset>
        <fieldset>
          <legend>3. Payment</legend>
          <p>We charge the card that your account knows.</p>
        </fieldset>
        <button class="primary">Order and pay</button>
      </form>`,
  );
}

/** The new checkout. */
export function newCheckoutPage(context: PageContext, form?: SentForm): string {
  const { basket } = context.shopper;
  return page(
    context,
    'Checkout',
    html`<h1>Nearly there</h1>
      ${alert(form)}
      <form class="new-checkout" method="post" action="/checkout">
        <section aria-label="Where it goes">
          <h2>Where it goes</h2>
          ${input(NAME, form)} ${input(STREET, form)}
          <div class="pair">${input(POSTCODE, form)} ${input(CITY, form)}</div>
          ${countryChoice(form)}
        </section>
        <aside aria-label="Your basket">
          <h2>Your basket</h2>
          ${basketTable(basket)}
          <button class="primary">Pay ${formatPrice(basketCents(basket))}</button>
          <p class="small">The card that your account knows. Thirty days to send it back.</p>
        </aside>
      </form>`,
  );
}
