// Exceptions as posthog-js sends them.

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
