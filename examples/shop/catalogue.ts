// What the shop sells. Prices are whole euro cents.

export type Product = {
  readonly slug: string;
  readonly name: string;
  readonly blurb: string;
  readonly detail: string;
  readonly priceCents: number;
};

export const PRODUCTS: readonly Product[] = [
  {
    slug: 'field-binoculars',
    name: 'Field binoculars 8×32',
    blurb: 'Bright at dawn, light in the bag.',
    detail: 'Close focus from two metres, sealed against rain, 560 grams. Strap and caps included.',
    priceCents: 18_900,
  },
  {
    slug: 'oak-feeder',
    name: 'Oak feeder',
    blurb: 'For four guests at a time.',
    detail:
      'Oiled oak, glass walls, a tray that lifts out for cleaning. Holds one kilogram of seed.',
    priceCents: 4_450,
  },
  {
    slug: 'nest-box',
    name: 'Nest box, 32 mm',
    blurb: 'Tits, sparrows, nuthatches.',
    detail:
      'Untreated larch, 32 mm entrance, hinged front. Hang it two to four metres high by March.',
    priceCents: 2_990,
  },
  {
    slug: 'field-guide',
    name: 'Pocket field guide',
    blurb: '312 birds, one coat pocket.',
    detail: 'Sewn binding, a plate for every plumage, songs written out the way one hears them.',
    priceCents: 2_200,
  },
  {
    slug: 'seed-mix',
    name: 'Finch seed mix, 2 kg',
    blurb: 'What serins come for.',
    detail:
      'Niger, hemp, canary seed and sunflower hearts. No filler, so little ends on the ground.',
    priceCents: 1_290,
  },
  {
    slug: 'enamel-mug',
    name: 'Enamel mug',
    blurb: 'Warm hands in the hide.',
    detail:
      'Steel with two coats of enamel, 350 ml. Chips give it character, falls do not break it.',
    priceCents: 1_650,
  },
];

/** The product of a page address. */
export function findProduct(slug: string): Product | undefined {
  return PRODUCTS.find((product) => product.slug === slug);
}

const EURO = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** `€44.50` */
export function formatPrice(cents: number): string {
  return EURO.format(cents / 100);
}
