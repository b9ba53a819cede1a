// What the demo shop sells, and to whom. Prices are euros.

export type Product = {
  readonly slug: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
  readonly weight: number;
};

export const PRODUCTS: readonly Product[] = [
  {
    slug: 'field-binoculars',
    name: 'Field binoculars 8×32',
    category: 'optics',
    price: 189,
    weight: 2,
  },
  {
    slug: 'spotting-scope',
    name: 'Spotting scope 65 mm',
    category: 'optics',
    price: 429,
    weight: 1,
  },
  { slug: 'oak-feeder', name: 'Oak feeder', category: 'garden', price: 44.5, weight: 5 },
  { slug: 'nest-box', name: 'Nest box, 32 mm', category: 'garden', price: 29.9, weight: 5 },
  { slug: 'field-guide', name: 'Pocket field guide', category: 'books', price: 22, weight: 6 },
  { slug: 'seed-mix', name: 'Finch seed mix, 2 kg', category: 'food', price: 12.9, weight: 9 },
  { slug: 'suet-balls', name: 'Suet balls, 30 pieces', category: 'food', price: 17.5, weight: 7 },
  { slug: 'enamel-mug', name: 'Enamel mug', category: 'gifts', price: 16.5, weight: 3 },
];

export type Country = {
  readonly code: string;
  readonly name: string;
  /** Hours ahead of UTC in winter. */
  readonly zone: number;
  /** Some countries use no postcodes, which the new checkout did not know. */
  readonly hasPostcode: boolean;
  readonly weight: number;
};

export const COUNTRIES: readonly Country[] = [
  { code: 'DE', name: 'Germany', zone: 1, hasPostcode: true, weight: 30 },
  { code: 'GB', name: 'United Kingdom', zone: 0, hasPostcode: true, weight: 20 },
  { code: 'FR', name: 'France', zone: 1, hasPostcode: true, weight: 13 },
  { code: 'NL', name: 'Netherlands', zone: 1, hasPostcode: true, weight: 11 },
  { code: 'ES', name: 'Spain', zone: 1, hasPostcode: true, weight: 7 },
  { code: 'US', name: 'United States', zone: -5, hasPostcode: true, weight: 9 },
  { code: 'IE', name: 'Ireland', zone: 0, hasPostcode: false, weight: 6 },
  { code: 'AE', name: 'United Arab Emirates', zone: 4, hasPostcode: false, weight: 4 },
];

export type Device = {
  readonly browser: string;
  readonly browserVersion: number;
  readonly os: string;
  readonly type: 'Desktop' | 'Mobile' | 'Tablet';
  readonly width: number;
  readonly height: number;
  /** Of page loads, against a good desktop computer. */
  readonly slowness: number;
  readonly weight: number;
};

export const DEVICES: readonly Device[] = [
  {
    browser: 'Chrome',
    browserVersion: 142,
    os: 'Windows',
    type: 'Desktop',
    width: 1920,
    height: 1080,
    slowness: 1,
    weight: 26,
  },
  {
    browser: 'Mobile Safari',
    browserVersion: 19,
    os: 'iOS',
    type: 'Mobile',
    width: 390,
    height: 844,
    slowness: 1.4,
    weight: 24,
  },
  {
    browser: 'Chrome',
    browserVersion: 142,
    os: 'Android',
    type: 'Mobile',
    width: 412,
    height: 915,
    slowness: 1.9,
    weight: 22,
  },
  {
    browser: 'Safari',
    browserVersion: 19,
    os: 'Mac OS X',
    type: 'Desktop',
    width: 1512,
    height: 982,
    slowness: 0.9,
    weight: 11,
  },
  {
    browser: 'Firefox',
    browserVersion: 145,
    os: 'Linux',
    type: 'Desktop',
    width: 1920,
    height: 1200,
    slowness: 1,
    weight: 9,
  },
  {
    browser: 'Microsoft Edge',
    browserVersion: 142,
    os: 'Windows',
    type: 'Desktop',
    width: 1536,
    height: 864,
    slowness: 1.1,
    weight: 6,
  },
  {
    browser: 'Mobile Safari',
    browserVersion: 18,
    os: 'iOS',
    type: 'Tablet',
    width: 820,
    height: 1180,
    slowness: 1.5,
    weight: 2,
  },
];

export type Source = {
  /** Empty: typed in, or a bookmark. */
  readonly referrer: string;
  readonly domain: string;
  readonly campaign: string | undefined;
  readonly weight: number;
};

export const SOURCES: readonly Source[] = [
  {
    referrer: 'https://www.google.com/',
    domain: 'www.google.com',
    campaign: undefined,
    weight: 38,
  },
  { referrer: '$direct', domain: '$direct', campaign: undefined, weight: 27 },
  { referrer: '$direct', domain: '$direct', campaign: 'newsletter', weight: 12 },
  {
    referrer: 'https://www.instagram.com/',
    domain: 'www.instagram.com',
    campaign: 'autumn',
    weight: 10,
  },
  {
    referrer: 'https://birdforum.example/threads/feeders',
    domain: 'birdforum.example',
    campaign: undefined,
    weight: 8,
  },
  { referrer: 'https://duckduckgo.com/', domain: 'duckduckgo.com', campaign: undefined, weight: 5 },
];

export const PLANS = [
  { name: 'free', weight: 68 },
  { name: 'plus', weight: 24 },
  { name: 'club', weight: 8 },
] as const;

export type Company = {
  readonly key: string;
  readonly name: string;
  readonly industry: string;
  readonly employees: number;
};

export const COMPANIES: readonly Company[] = [
  { key: 'riverside-school', name: 'Riverside School', industry: 'education', employees: 85 },
  { key: 'marsh-trust', name: 'Marsh Trust', industry: 'conservation', employees: 240 },
  { key: 'hotel-am-see', name: 'Hotel am See', industry: 'hospitality', employees: 60 },
  { key: 'green-gardens', name: 'Green Gardens', industry: 'landscaping', employees: 35 },
  { key: 'city-parks', name: 'City Parks', industry: 'government', employees: 1200 },
  { key: 'heron-films', name: 'Heron Films', industry: 'media', employees: 18 },
];

export const FIRST_NAMES = [
  'Ada',
  'Bo',
  'Cleo',
  'Dario',
  'Elif',
  'Finn',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kira',
  'Liam',
  'Mara',
  'Nils',
  'Ona',
  'Piet',
  'Rosa',
  'Sami',
  'Tess',
  'Yuna',
];
export const LAST_NAMES = [
  'Amsel',
  'Brandt',
  'Costa',
  'Dubois',
  'Evans',
  'Fischer',
  'Garcia',
  'Hansen',
  'Ito',
  'Jansen',
  'Keller',
  'Lopez',
  'Moreau',
  'Novak',
  'Okafor',
  'Peters',
  'Rossi',
  'Smith',
  'Thys',
  'Weber',
];
export const SEARCHES = [
  'feeder',
  'binoculars',
  'nest box robin',
  'seed',
  'suet',
  'gift',
  'squirrel proof',
  'field guide',
];
