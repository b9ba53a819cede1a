// What a test vector gives to a method, read with a clear complaint when a field is missing.

export type Fields = Readonly<Record<string, unknown>>;

/** Functions by the method name that vectors use. */
export type VectorMethods = Readonly<Record<string, (input: Fields) => object>>;

export function numberOf(input: Fields, field: string): number {
  const value = input[field];
  if (typeof value !== 'number') throw new TypeError(`input.${field} must be a number`);
  return value;
}

export function listOf(input: Fields, field: string): readonly number[] {
  const value = input[field];
  if (!Array.isArray(value)) throw new TypeError(`input.${field} must be a list of numbers`);
  return value as readonly number[];
}
