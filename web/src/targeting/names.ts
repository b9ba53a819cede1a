// What people call the things that filters name by number: group types, cohorts, other flags.

export type Names = {
  /** Group types by their index. */
  readonly groupTypes?: readonly (string | undefined)[] | undefined;
  readonly cohorts?: ReadonlyMap<number, string> | undefined;
  /** Flag keys by id. */
  readonly flags?: ReadonlyMap<string, string> | undefined;
};

/** The group type of an index; `group` while it is not known. */
export const groupTypeName = (index: number, names: Names): string =>
  names.groupTypes?.[index] ?? 'group';

/** `companies`, `teams`, `classes`: group types are words that the team's own code chose. */
export function pluralOf(word: string): string {
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/i.test(word) ? `${word}es` : `${word}s`;
}
