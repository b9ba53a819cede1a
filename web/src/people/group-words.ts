// What groups and their types are called on a page.
import type { Group, GroupType } from '../api/groups.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `Companies`: as somebody named them, else by the word that SDKs use. */
export function typeName({ group_type: type, name_plural: plural }: GroupType): string {
  return capital(plural ?? `${type} groups`);
}

/** `company`, for one of them. */
export function typeNoun({ group_type: type, name_singular: singular }: GroupType): string {
  return singular ?? type;
}

/** Its name, else its key. */
export function groupName({ group_key: key, group_properties: properties }: Group): string {
  const name = properties['name'];
  return typeof name === 'string' && name !== '' ? name : key;
}
