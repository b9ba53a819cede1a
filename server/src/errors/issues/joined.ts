// Issues that were joined are counted by the fingerprint of the one that they were joined into.

export type Joined = readonly { readonly fingerprint: string; readonly into: string }[];

/** What an exception is counted by, with the parameters that it needs. */
export function keyOf(joined: Joined): {
  readonly sql: string;
  readonly params: Readonly<Record<string, string[]>>;
} {
  if (joined.length === 0) return { sql: 'fingerprint', params: {} };
  return {
    // `transform` knows no UUIDs.
    sql: `toUUID(transform(toString(fingerprint), {joined:Array(String)}, {into:Array(String)},
      toString(fingerprint)))`,
    params: {
      joined: joined.map(({ fingerprint }) => fingerprint),
      into: joined.map(({ into }) => into),
    },
  };
}
