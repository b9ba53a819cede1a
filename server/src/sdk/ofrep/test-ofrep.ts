// OFREP for its tests: one application with a flag of every kind, asked as providers ask, every answer checked
// against the protocol's schemas.
import { type TestApp, startTestApp } from '#app/test-app';
import type { Clock } from '#kernel/clock';
import { BulkSuccess, SingleFailure, SingleSuccess } from './test-ofrep-schema.ts';

export const SINGLE = '/ofrep/v1/evaluate/flags/';
export const BULK = '/ofrep/v1/evaluate/flags';

export const share = (percentage: number, ...properties: object[]) => ({
  properties,
  rollout_percentage: percentage,
});
const is = (key: string, value: unknown) => ({ key, value, type: 'person' });
const variants = (...weights: [key: string, weight: number][]) => ({
  variants: weights.map(([key, weight]) => ({ key, rollout_percentage: weight })),
});

const FLAGS = {
  static: { filters: { groups: [share(100)] } },
  pro: { filters: { groups: [share(100, is('plan', 'pro'))] } },
  half: { filters: { groups: [share(50)] } },
  nobody: { filters: { groups: [share(0)] } },
  off: { active: false, filters: { groups: [share(100)] } },
  'off-text': { active: false, value_type: 'string', filters: { groups: [share(100)] } },
  colour: {
    filters: {
      groups: [{ ...share(100, is('plan', 'pro')), variant: 'blue' }, share(100)],
      multivariate: variants(['green', 100], ['blue', 0]),
      payloads: { green: '{"hex":"#0f0"}', blue: '7' },
    },
  },
  split: {
    filters: { groups: [share(100)], multivariate: variants(['a', 50], ['b', 50]) },
  },
  limit: {
    value_type: 'number',
    filters: { groups: [share(100, is('plan', 'pro'))], payloads: { true: '2.50' } },
  },
  theme: {
    value_type: 'object',
    filters: {
      groups: [share(100)],
      multivariate: variants(['dark', 100]),
      payloads: { dark: '{"bg":"#000","nested":{"a":[1]}}' },
    },
  },
  company: {
    filters: { aggregation_group_type_index: 0, groups: [share(100)] },
  },
  'server-only': { evaluation_runtime: 'server', filters: { groups: [share(100)] } },
  'client-only': { evaluation_runtime: 'client', filters: { groups: [share(100)] } },
} as const;

export type Ask = {
  /** Null: none. Left out: the project token of production. */
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
};

type Fields = Record<string, unknown> & { readonly status: number };

export type OfrepApp = TestApp & {
  post(
    url: string,
    body: unknown,
    ask?: Ask,
  ): Promise<{ status: number; headers: Record<string, unknown>; text: string }>;
  /** Asks for one flag; undefined as context sends none. */
  single(key: string, context?: object, ask?: Ask): Promise<Fields>;
  bulk(
    context: object,
    ask?: Ask,
  ): Promise<{
    readonly etag: string;
    readonly byKey: Readonly<Record<string, Record<string, unknown>>>;
    readonly metadata: Record<string, unknown> | undefined;
    readonly streams: readonly { readonly endpoint?: { readonly requestUri: string } }[];
  }>;
  createFlag(flag: object): Promise<{ id: number }>;
};

export async function startOfrepApp(clock?: Clock): Promise<OfrepApp> {
  const serin = await startTestApp(clock ? { clock } : {});
  const post: OfrepApp['post'] = async (url, body, { token, headers } = {}) => {
    const key = token === undefined ? serin.production.token : token;
    const answer = await serin.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
    return { status: answer.statusCode, headers: answer.headers, text: answer.body };
  };
  const app: OfrepApp = {
    ...serin,
    post,
    single: async (key, context, ask) => {
      const { status, text } = await post(SINGLE + key, context ? { context } : {}, ask);
      const schema = status === 200 ? SingleSuccess : SingleFailure;
      return { status, ...schema.parse(JSON.parse(text)) };
    },
    bulk: async (context, ask) => {
      const { headers, text } = await post(BULK, { context }, ask);
      const { flags, metadata, eventStreams } = BulkSuccess.parse(JSON.parse(text));
      const byKey = Object.fromEntries(flags.map((flag) => [flag.key, flag]));
      const streams = (eventStreams ?? []).map(({ endpoint, ...rest }) => ({
        ...rest,
        ...(endpoint ? { endpoint } : {}),
      }));
      return { etag: String(headers['etag']), byKey, metadata, streams };
    },
    createFlag: async (flag) => {
      const url = '/api/projects/@current/feature_flags/';
      const { status, body } = await serin.ask('POST', url, flag);
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body as { id: number };
    },
  };
  await sendEvents(serin);
  for (const [key, flag] of Object.entries(FLAGS)) await app.createFlag({ key, ...flag });
  return app;
}

/** One group type and one person with a stored property. */
async function sendEvents(serin: TestApp): Promise<void> {
  await serin.inject({
    method: 'POST',
    url: '/batch/',
    payload: {
      api_key: serin.production.token,
      batch: [
        {
          event: '$groupidentify',
          distinct_id: 'x',
          properties: { $group_type: 'company', $group_key: 'acme', $group_set: {} },
        },
        { event: '$identify', distinct_id: 'grace', properties: { $set: { plan: 'pro' } } },
      ],
    },
  });
}
