// How a person is called on a page.
type Named = {
  readonly id: string;
  readonly distinct_ids: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
};

/** Their e-mail, else their name, else their first id. */
export function personName({ properties, distinct_ids: ids, id }: Named): string {
  const named = [properties['email'], properties['name']].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof named === 'string' ? named : (ids[0] ?? id);
}
