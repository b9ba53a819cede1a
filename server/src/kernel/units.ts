// Who is given a variant and counted, in words: people, or groups by the name of their type.

export type Units = { readonly one: string; readonly many: string };

export const PEOPLE: Units = { one: 'person', many: 'people' };

/** Of groups of a type; the names are people's own, so the plural is the usual English one. */
export function groupUnits(type: string | undefined): Units {
  const one = type ?? 'group';
  if (/[^aeiou]y$/i.test(one)) return { one, many: `${one.slice(0, -1)}ies` };
  return { one, many: /(?:s|x|z|ch|sh)$/i.test(one) ? `${one}es` : `${one}s` };
}

/** At the beginning of a sentence. */
export const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
