// Where the shop delivers to.

export type Country = {
  readonly code: string;
  readonly name: string;
  /** Some countries use no postcodes; the form leaves the field out for them. */
  readonly hasPostcode: boolean;
};

export const COUNTRIES: readonly Country[] = [
  { code: 'DE', name: 'Germany', hasPostcode: true },
  { code: 'FR', name: 'France', hasPostcode: true },
  { code: 'HK', name: 'Hong Kong', hasPostcode: false },
  { code: 'NL', name: 'Netherlands', hasPostcode: true },
  { code: 'PA', name: 'Panama', hasPostcode: false },
  { code: 'ES', name: 'Spain', hasPostcode: true },
  { code: 'AE', name: 'United Arab Emirates', hasPostcode: false },
  { code: 'GB', name: 'United Kingdom', hasPostcode: true },
];

/** The country of a form's code. */
export function findCountry(code: string): Country | undefined {
  return COUNTRIES.find((country) => country.code === code);
}
