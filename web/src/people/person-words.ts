// How a person is called on a page.
import type { Person } from '../api/people.ts';

/** Their e-mail, else their name, else their first id. */
export function personName({ properties, distinct_ids: ids, id }: Person): string {
  const named = [properties['email'], properties['name']].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof named === 'string' ? named : (ids[0] ?? id);
}
