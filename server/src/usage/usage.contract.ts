// Usage of flags over HTTP: how often which value, and what code asks for in vain.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, page, queryInt, route } from '#kernel/http.contract';

const Series = z.object({
  value: z.string().describe('true, false, the key of a variant, or "other".'),
  counts: z.array(z.number()).describe('One for each step.'),
});
const SdkTotal = z.object({ sdk: z.string(), count: z.number() });
const Counted = z.object({ series: z.array(Series), sdks: z.array(SdkTotal) });

export const UnknownFlagBody = z
  .object({
    key: z.string(),
    count: z.number().int(),
    sdk: z.string().describe('Which SDK asked last.'),
    first_seen_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime(),
  })
  .meta({ id: 'UnknownFlag' });

const tag = 'flags';

export const usageRoutes = {
  flag: route({
    method: 'GET',
    path: '/api/projects/:project_id/feature_flags/:flag/usage/',
    summary: 'Count how a flag was used in an environment, by value and SDK; about a minute late',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams.extend({ flag: z.string().min(1).max(400) }),
    query: EnvironmentQuery.extend({
      days: queryInt(1, 90)
        .default(7)
        .describe('Up to 7 days are counted hour by hour, more day by day (UTC).'),
    }),
    response: z.object({
      from: z.iso.datetime(),
      step_seconds: z.number().int(),
      steps: z.number().int(),
      last_called_at: z.iso
        .datetime()
        .nullable()
        .describe('When code last asked for this flag: by name, or as SDKs report.'),
      answers: Counted.describe(
        'What Serin answered, also where a client asks for all flags at once. At more than 500 such answers a second every sixteenth is counted for sixteen.',
      ),
      reports: Counted.describe(
        'What SDKs report of flags that code has asked them for (`$feature_flag_called`), also where they evaluate by themselves.',
      ),
    }),
  }),
  listUnknown: route({
    method: 'GET',
    path: '/api/projects/:project_id/unknown_flags/',
    summary: 'List keys that code asks for though there is no such flag, the last ones first',
    tag,
    auth: 'feature_flag:read',
    params: ProjectParams,
    query: EnvironmentQuery.extend({
      limit: queryInt(1, 500).default(100),
      offset: queryInt(0, 1_000_000).default(0),
    }),
    response: page(UnknownFlagBody),
  }),
  forgetUnknown: route({
    method: 'DELETE',
    path: '/api/projects/:project_id/unknown_flags/:key/',
    summary: 'Forget a key that code asks for; it comes back when code asks again',
    tag,
    auth: 'feature_flag:write',
    params: ProjectParams.extend({ key: z.string().min(1).max(400) }),
    query: EnvironmentQuery,
    status: 204,
  }),
};
