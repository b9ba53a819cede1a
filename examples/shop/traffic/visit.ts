// One visit of a simulated shopper: plain HTTP, page after page, with the cookie of a browser.
import { request } from 'node:http';
import type { Agent } from 'node:http';
import { PRODUCTS } from '../catalogue.ts';
import { COUNTRIES } from '../countries.ts';
import { pick, seededRandom } from './seeded.ts';

/** Someone who shops; comes back with the same cookie and lives in the same country. */
export type SimulatedShopper = { readonly id: string; readonly country: string };

/** How a visit ended. */
export type VisitEnd = 'looked' | 'ordered' | 'failed';

/** Of 100 shoppers this many leave without going to the checkout. */
const LOOKERS_PERCENT = 12;

/** A quarter of the shoppers live where there are no postcodes. */
const WITHOUT_POSTCODE_PERCENT = 25;

/** The n-th shopper of a run: the same one in every run with the same seed. */
export function newShopper(number: number, seed: number): SimulatedShopper {
  const random = seededRandom(seed * 1_000_003 + number);
  const hasPostcode = random() * 100 >= WITHOUT_POSTCODE_PERCENT;
  const countries = COUNTRIES.filter((one) => one.hasPostcode === hasPostcode);
  return { id: `visitor-${seed}-${number}`, country: pick(random, countries).code };
}

/** Walks through the shop. @throws when the shop does not answer */
export async function visitShop(
  shopUrl: string,
  agent: Agent,
  shopper: SimulatedShopper,
  random: () => number,
): Promise<VisitEnd> {
  const product = pick(random, PRODUCTS).slug;
  const isLooking = random() * 100 < LOOKERS_PERCENT;
  const go = (method: string, path: string, form?: Record<string, string>) =>
    fetchStatus(agent, new URL(path, shopUrl), shopper, method, form);
  await go('GET', '/');
  await go('GET', `/goods/${product}`);
  if (isLooking) return 'looked';
  await go('POST', '/basket', { product });
  await go('GET', '/checkout');
  const status = await go('POST', '/checkout', addressOf(shopper));
  if (status !== 303) return 'failed';
  await go('GET', '/thanks');
  return 'ordered';
}

function addressOf({ id, country }: SimulatedShopper): Record<string, string> {
  const hasPostcode = COUNTRIES.some((one) => one.code === country && one.hasPostcode);
  return {
    name: `Sam ${id}`,
    street: '4 Finch Lane',
    city: 'Reedham',
    country,
    postcode: hasPostcode ? '30419' : '',
  };
}

function fetchStatus(
  agent: Agent,
  url: URL,
  shopper: SimulatedShopper,
  method: string,
  form: Record<string, string> | undefined,
): Promise<number> {
  const body = form && new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent,
      headers: {
        cookie: `shopper=${shopper.id}`,
        ...(body !== undefined && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
        }),
      },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      response.once('error', reject);
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    sent.end(body);
  });
}
