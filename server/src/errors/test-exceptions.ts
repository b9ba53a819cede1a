// Exceptions as posthog-js sends them, and what tests ask about them.
import type { Db } from '#platform/ctx';

export const API = '/api/projects/@current/error_tracking';

export const path = ({ id }: { id: string }, rest = '') => `${API}/issues/${id}/${rest}`;

/** What people were told. */
export async function toldTitles(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('notification').select('message').execute();
  return rows.map((row) => (row.message as unknown as { title: string }).title);
}

export const frame = (name: string, fields: object = {}) => ({
  platform: 'web:javascript',
  filename: 'https://shop.example/assets/checkout-Dh3x9aLq.js',
  function: name,
  in_app: true,
  lineno: 18,
  colno: 46,
  ...fields,
});

export type Thrown = {
  who: string;
  message: string;
  flags?: Record<string, unknown>;
  type?: string;
  frames?: object[];
  at?: number;
} & Record<string, unknown>;

export function exceptionsOf(list: readonly Thrown[]): object[] {
  return list.map(({ who, message, flags = {}, type = 'TypeError', frames, at, ...more }) => ({
    event: '$exception',
    distinct_id: who,
    timestamp: new Date(at ?? Date.now()).toISOString(),
    properties: {
      ...Object.fromEntries(
        Object.entries(flags).map(([key, value]) => [`$feature/${key}`, value]),
      ),
      $exception_level: 'error',
      $exception_list: [
        {
          type,
          value: message,
          mechanism: { type: 'generic', handled: false, synthetic: false },
          stacktrace: { type: 'raw', frames: frames ?? [frame('main'), frame('total')] },
        },
      ],
      ...more,
    },
  }));
}

/** What of a listed issue tests look at. */
export type Listed = {
  id: string;
  name: string;
  description: string;
  status: string;
  version: number;
  fingerprint: string;
  aggregations: { occurrences: number; users: number; volume: number[] };
  flag: null | { variants: { variant: string; verdict: string; affected: number }[] };
};

/** Line 1, column 1 of a bundle and all after it is line 2, column 3 of the source, in `total`; the name is what is called there. */
export const bundleMap = (file: string) => ({
  file,
  map: JSON.stringify({
    version: 3,
    sources: ['webpack://shop/./src/cart.ts'],
    sourcesContent: ['export const total = (cart) =>\n  cart.price.gross;\n'],
    names: ['gross'],
    mappings: 'AACEA',
  }),
});
