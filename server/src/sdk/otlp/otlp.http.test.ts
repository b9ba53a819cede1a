// OTLP/HTTP logs on the whole application: uses of flags are kept once, the rest is rejected with words.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { writeFields } from './wire/protobuf.ts';

let serin: TestApp;

beforeAll(async () => {
  serin = await startTestApp();
  const { status } = await serin.ask('POST', '/api/projects/@current/feature_flags/', {
    key: 'checkout',
  });
  expect(status).toBe(201);
});

afterAll(() => serin.close());

type Attributes = Readonly<Record<string, string>>;

const evaluation = (person: string, attributes: Attributes = {}): Attributes => ({
  'feature_flag.key': 'checkout',
  'feature_flag.context.id': person,
  'feature_flag.result.variant': 'blue',
  ...attributes,
});

function jsonOf(...records: Attributes[]) {
  const logRecords = records.map((attributes) => ({
    timeUnixNano: String(Date.now() * 1_000_000),
    eventName: 'feature_flag.evaluation',
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({
      key,
      value: { stringValue },
    })),
  }));
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] };
}

function protobufOf(...records: Attributes[]): Buffer {
  const logRecords = records.map((attributes) => {
    const pairs = Object.entries(attributes).map(
      ([key, value]) =>
        [
          6,
          writeFields([
            [1, key],
            [2, writeFields([[1, value]])],
          ]),
        ] as const,
    );
    return [2, writeFields([...pairs, [12, 'feature_flag.evaluation']])] as const;
  });
  return Buffer.from(writeFields([[1, writeFields([[2, writeFields(logRecords)]])]]));
}

async function send(
  payload: object | Buffer,
  headers: Record<string, string> = {},
  url = '/v1/logs',
) {
  const answer = await serin.inject({
    method: 'POST',
    url,
    headers: {
      authorization: `Bearer ${serin.production.token}`,
      'content-type': 'application/json',
      ...headers,
    },
    payload,
  });
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
}

async function usesOf(person: string) {
  const query = `distinct_id=${person}&event=%24feature_flag_evaluated`;
  const { body } = await serin.ask('GET', `/api/projects/@current/events/?${query}`);
  return body.results as unknown[];
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };

test('JSON, gzip, protobuf; each use once', async () => {
  const [json, packed, binary] = [
    await send(jsonOf(evaluation('a'), evaluation('a'))),
    await send(gzipSync(JSON.stringify(jsonOf(evaluation('b')))), { 'content-encoding': 'gzip' }),
    await send(gzipSync(protobufOf(evaluation('c'), evaluation('a'))), {
      ...PROTOBUF,
      'content-encoding': 'gzip',
    }),
  ];
  expect([json.status, packed.status, binary.status]).toEqual([200, 200, 200]);
  expect(json.headers['content-type']).toContain('application/json');
  expect(JSON.parse(json.bytes.toString())).toEqual({});
  expect(binary.headers['content-type']).toBe('application/x-protobuf');
  expect(binary.bytes).toHaveLength(0);
  for (const person of ['a', 'b', 'c']) {
    await expect.poll(async () => (await usesOf(person)).length).toBe(1);
  }
});

test('what is not kept is counted and explained, in both encodings', async () => {
  const records = [
    evaluation('d'),
    evaluation('d', { 'feature_flag.key': 'nowhere' }),
    evaluation(''),
    evaluation('d', { 'error.type': 'general' }),
  ];
  const json = await send(jsonOf(...records));
  const { partialSuccess } = JSON.parse(json.bytes.toString());
  expect(partialSuccess.rejectedLogRecords).toBe('3');
  expect(partialSuccess.errorMessage).toMatch(/1 of flags .*1 without .*1 of evaluations/);
  const binary = await send(protobufOf(...records), PROTOBUF);
  const expected = writeFields([
    [1, 3],
    [2, partialSuccess.errorMessage],
  ]);
  expect(binary.bytes).toEqual(Buffer.from(writeFields([[1, expected]])));
});

test('refusals are a status that exporters understand', async () => {
  const cases: [object | Buffer, Record<string, string>, number, number][] = [
    [jsonOf(), { authorization: '' }, 401, 16],
    [jsonOf(), { authorization: 'Bearer phc_nobody' }, 401, 16],
    [Buffer.from('{"resourceLogs":'), {}, 400, 3],
    [Buffer.from('[]'), {}, 400, 3],
    [Buffer.from('{}'), { 'content-encoding': 'rot13' }, 415, 3],
  ];
  for (const [payload, headers, status, code] of cases) {
    const answer = await send(payload, headers);
    expect(answer.status).toBe(status);
    const body = JSON.parse(answer.bytes.toString());
    expect(body).toEqual({ code, message: expect.any(String) });
  }
  const binary = await send(Buffer.from([11]), PROTOBUF);
  expect([binary.status, binary.headers['content-type']]).toEqual([400, 'application/x-protobuf']);
  expect([...binary.bytes.subarray(0, 2)]).toEqual([8, 3]);
  const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024));
  expect((await send(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
});

test("PostHog's own path: ordinary logs of its SDKs are not kept, and do not stop them; uses of flags are kept", async () => {
  const { token } = serin.production;
  const none = { authorization: '' };
  const log = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] };
  const ordinary = await send(log, none, `/i/v1/logs?token=${token}`);
  expect(JSON.parse(ordinary.bytes.toString())).toEqual({
    partialSuccess: { rejectedLogRecords: '1', errorMessage: expect.any(String) },
  });
  const used = await send(jsonOf(evaluation('e')), none, `/i/v1/logs/?token=${token}`);
  expect([used.status, used.bytes.toString()]).toEqual([200, '{}']);
  await expect.poll(async () => (await usesOf('e')).length).toBe(1);
});

const bodyOf = (metrics: object[]) => ({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });

async function eventsNamed(event: string, distinctId: string) {
  const query = new URLSearchParams({ distinct_id: distinctId, event });
  const { body } = await serin.ask('GET', `/api/projects/@current/events/?${query.toString()}`);
  return body.results as { properties: Record<string, unknown> }[];
}

test('errors become events, once however often they are sent', async () => {
  const failed = {
    'exception.type': 'TypeError',
    'user.id': 'hurt',
    'feature_flag.key': 'checkout',
  };
  const body = jsonOf(failed, failed, { 'http.response.status_code': '502', 'user.id': 'hurt' });
  for (const scope of body.resourceLogs[0]?.scopeLogs ?? []) {
    for (const record of scope.logRecords) record.eventName = '';
  }
  for (let i = 0; i < 2; i += 1) expect((await send(body)).bytes.toString()).toBe('{}');
  await expect.poll(async () => (await eventsNamed('$http_server_error', 'hurt')).length).toBe(1);
  const errors = await eventsNamed('$exception', 'hurt');
  expect(errors).toHaveLength(2);
  expect(errors[0]?.properties).toMatchObject({
    $exception_list: [{ type: 'TypeError' }],
    'feature_flag.key': 'checkout',
  });
});

test('errors of one millisecond are as many as their nanoseconds; without a time one is itself again', async () => {
  const error = (person: string, time: object) => {
    const attributes = [
      { key: 'user.id', value: { stringValue: person } },
      { key: '$ip', value: { stringValue: '203.0.113.7' } },
    ];
    const logRecords = [{ ...time, severityNumber: 17, attributes }];
    return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  };
  const millis = String(Date.now());
  for (const nanos of ['000001', '000002', '000002']) {
    await send(error('quick', { timeUnixNano: millis + nanos }));
  }
  for (let i = 0; i < 2; i += 1) await send(error('timeless', {}));
  await send(error('last', {}));
  await expect.poll(async () => (await eventsNamed('$exception', 'last')).length).toBe(1);
  expect(await eventsNamed('$exception', 'quick')).toHaveLength(2);
  const timeless = await eventsNamed('$exception', 'timeless');
  expect(timeless).toHaveLength(1);
  // The project does not keep addresses.
  expect(timeless[0]?.properties).not.toHaveProperty('$ip');
});

test('metrics become events that lists leave out; the rest is counted', async () => {
  const time = { timeUnixNano: String(Date.now() * 1_000_000) };
  const attributes = [
    { key: 'user.id', value: { stringValue: 'measured' } },
    { key: 'feature_flag.key', value: { stringValue: 'checkout' } },
    { key: 'feature_flag.result.variant', value: { stringValue: 'blue' } },
  ];
  const point = {
    ...time,
    attributes,
    count: '2',
    sum: 3,
    explicitBounds: [1],
    bucketCounts: [1, 1],
  };
  const metrics = [
    { name: 'http.server.request.duration', unit: 's', histogram: { dataPoints: [point] } },
    { name: 'quantiles', summary: { dataPoints: [{}] } },
  ];
  const answer = await send(bodyOf(metrics), {}, '/v1/metrics');
  expect(JSON.parse(answer.bytes.toString())).toEqual({
    partialSuccess: { rejectedDataPoints: '1', errorMessage: '1 neither gauge, sum nor histogram' },
  });
  await expect.poll(async () => (await eventsNamed('$metric', 'measured')).length).toBe(1);
  const [event] = await eventsNamed('$metric', 'measured');
  expect(event?.properties).toMatchObject({
    $metric_name: 'http.server.request.duration',
    $metric_kind: 'histogram',
    $metric_count: 2,
    $metric_bounds: [1],
    $metric_bucket_counts: [1, 1],
    '$feature/checkout': 'blue',
  });
  const listed = await serin.ask('GET', '/api/projects/@current/events/?distinct_id=measured');
  expect(listed.body.results).toEqual([]);
  const { token } = serin.production;
  const summary = bodyOf([{ name: 'quantiles', summary: { dataPoints: [{}] } }]);
  const none = await send(summary, { authorization: '' }, `/i/v1/metrics?token=${token}`);
  expect(JSON.parse(none.bytes.toString())).toEqual({ quota_limited: ['metrics'] });
  expect((await send(Buffer.from([11]), PROTOBUF, '/v1/metrics')).status).toBe(400);
});

test('pages may send them', async () => {
  const answer = await serin.inject({
    method: 'OPTIONS',
    url: '/v1/logs',
    headers: { origin: 'https://shop.test', 'access-control-request-method': 'POST' },
  });
  expect(answer.statusCode).toBe(204);
});
