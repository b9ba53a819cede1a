// A person as the API answers them.
import type { PersonWithIds } from './people.service.ts';

/** A person as every list of people answers them. */
export function toPersonBody(person: PersonWithIds) {
  return {
    id: person.id,
    distinct_ids: [...person.distinctIds],
    properties: { ...person.properties },
    is_identified: person.isIdentified,
    created_at: person.createdAt.toISOString(),
  };
}
