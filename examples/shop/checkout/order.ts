// What both checkouts have in common: the form's fields and an order.
import { findCountry } from '../countries.ts';

export type Address = {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly country: string;
  readonly postcode: string;
};

/** A field of the form that is missing or wrong, in words for the shopper. */
export type FieldError = { readonly field: keyof Address; readonly message: string };

const REQUIRED = {
  name: 'Please tell us who gets the parcel.',
  street: 'Please give a street.',
  city: 'Please give a town.',
} as const;

/** Checks the address part of a form. */
export function checkAddress(form: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, message] of Object.entries(REQUIRED)) {
    if (!form.get(field)?.trim()) errors.push({ field: field as keyof typeof REQUIRED, message });
  }
  const country = findCountry(form.get('country') ?? '');
  if (!country) errors.push({ field: 'country', message: 'Please choose a country.' });
  if (country?.hasPostcode && !form.get('postcode')?.trim()) {
    errors.push({
      field: 'postcode',
      message: `Please give a postcode; ${country.name} uses them.`,
    });
  }
  return errors;
}

/** The address of a form that {@link checkAddress} found sound. */
export function readAddress(form: URLSearchParams): Address {
  return Object.fromEntries(form) as Address;
}
