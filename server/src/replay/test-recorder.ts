// Sends recordings to the application under test, as a recorder would.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { type TestApp, startTestApp } from '#app/test-app';
import { ManualClock } from '#kernel/clock';
import { RECORDED_AT_MS, recordedRequests, sessionAt } from './test-traffic.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
export type Json = Record<string, any>;

export type Recorder = {
  post(
    payload: Buffer | string,
    url?: string,
    contentType?: string | null,
  ): Promise<LightMyRequestResponse>;
  /** A `$snapshot` event of the application's project. */
  message(data: unknown, more?: object): object;
  /** A recorded body, for the application's project. */
  own(body: Buffer): Buffer;
  /** Answer of the management API. */
  get(path: string): Promise<Json>;
  configure(change: object): Promise<{ status: number; body: unknown }>;
  /** Sends a recorded scenario; answers its session. */
  send(scenario: string, order?: (list: Buffer[]) => Buffer[]): Promise<string>;
  /** Waits until so many blocks of a session can be read. */
  stored(sessionId: string, blocks: number): Promise<void>;
  /** All events of a session. */
  linesOf(sessionId: string): Promise<[string, Json][]>;
};

export const API = '/api/projects/@current';
export const WAIT = { timeout: 60_000, interval: 100 };
const plainOf = (body: Buffer): string => (body[0] === 0x1f ? gunzipSync(body) : body).toString();

/** An application whose clock stands at when requests were recorded: one of today would not take them. */
export async function startRecorded(): Promise<{
  readonly serin: TestApp;
  readonly recorder: Recorder;
  readonly clock: ManualClock;
}> {
  const clock = new ManualClock(RECORDED_AT_MS);
  const serin = await startTestApp({ clock });
  return { serin, recorder: recorderOf(serin), clock };
}

let messages = 0;

function recorderOf(serin: TestApp): Recorder {
  const { token } = serin.production;
  const recorder: Recorder = {
    ...reader(serin),
    post: (payload, url = '/s/', contentType = 'text/plain') =>
      serin.inject({
        method: 'POST',
        url,
        payload,
        headers: contentType === null ? {} : { 'content-type': contentType },
      }),
    message: (data, more = {}) => {
      messages += 1;
      return {
        event: '$snapshot',
        uuid: `0198a7c0-0000-7000-8000-${String(messages).padStart(12, '0')}`,
        properties: {
          token,
          $session_id: sessionAt(RECORDED_AT_MS),
          distinct_id: 'ada',
          $snapshot_data: data,
          ...more,
        },
      };
    },
    own: (body) => {
      const named = Buffer.from(plainOf(body).replaceAll('phc_prooftoken', token));
      return body[0] === 0x1f ? gzipSync(named) : named;
    },
    send: async (scenario, order = (list) => list) => {
      const requests = recordedRequests(scenario);
      const [first] = requests;
      if (!first) throw new Error(`no scenario ${scenario}`);
      for (const body of order(requests.map((request) => recorder.own(request.body)))) {
        const answer = await recorder.post(body, first.url, first.contentType);
        expect([answer.statusCode, answer.json()]).toEqual([200, { status: 1 }]);
      }
      const [message] = JSON.parse(plainOf(first.body)) as Json[];
      return message?.['properties'].$session_id as string;
    },
  };
  return recorder;
}

function reader(serin: TestApp): Pick<Recorder, 'get' | 'configure' | 'stored' | 'linesOf'> {
  const get = async (path: string) => (await serin.ask('GET', `${API}/${path}`)).body as Json;
  return {
    get,
    configure: (change) => serin.ask('PATCH', `${API}/recording_settings/`, change),
    stored: (sessionId, blocks) =>
      expect
        .poll(() => get(`session_recordings/${sessionId}/`), WAIT)
        .toMatchObject({ block_count: blocks }),
    linesOf: async (sessionId) => {
      const { blocks } = await get(`session_recordings/${sessionId}/blocks/`);
      const ids = (blocks as Json[]).map(({ id }) => id as string).join(',');
      const answer = await serin.inject({
        url: `${API}/session_recordings/${sessionId}/blocks/data/?ids=${ids}`,
        headers: { authorization: `Bearer ${serin.apiKey}`, 'accept-encoding': 'gzip' },
      });
      expect([answer.statusCode, answer.headers['content-encoding']]).toEqual([200, 'gzip']);
      const text = gunzipSync(answer.rawPayload).toString().trimEnd();
      return text.split('\n').map((line) => JSON.parse(line) as [string, Json]);
    },
  };
}

export const clickAt = (timestamp: number) => ({
  type: 3,
  timestamp,
  data: { source: 2, type: 2, id: 1, x: 1, y: 1 },
});

export const bodyOf = (...all: object[]): Buffer => gzipSync(JSON.stringify(all));
