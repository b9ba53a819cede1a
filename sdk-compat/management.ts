// Serin's management API as these tests use it: make flags, change them, read what arrived.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export type Address = { readonly url: string; readonly personalApiKey: string };

export type FlagInput = {
  readonly key: string;
  readonly name?: string;
  readonly active?: boolean;
  readonly filters?: object;
  readonly is_remote_configuration?: boolean;
  readonly value_type?: 'boolean' | 'string' | 'number' | 'object';
  readonly evaluation_runtime?: 'all' | 'server' | 'client';
  readonly ensure_experience_continuity?: boolean;
};
export type Flag = { readonly id: number; readonly key: string; readonly version: number };
export type StoredEvent = {
  readonly uuid: string;
  readonly event: string;
  readonly distinct_id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
};

/** 60 s: an event is listed after a second or so; tests that wait share two busy cores. */
const PATIENCE_MS = 60_000;

/** A name that no other test uses. */
export function unique(name: string): string {
  return `${name}-${randomBytes(5).toString('hex')}`;
}

/** Asks for a path below the project that the server was started with. */
export const callApi = <T>(
  serin: Address,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> => ask<T>(serin, method, `/api/projects/@current/${path}`, body);

/** Asks for any path; what is refused is an error that says what was sent. */
export async function ask<T>(
  serin: Address,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(`${serin.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${serin.personalApiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) {
    const sent = body === undefined ? '' : `\n${JSON.stringify(body)}`;
    throw new Error(`${method} ${path} answered ${answer.status}: ${text}${sent}`);
  }
  return JSON.parse(text) as T;
}

export async function createFlag(serin: Address, flag: FlagInput): Promise<Flag> {
  return callApi(serin, 'POST', 'feature_flags/', {
    name: '',
    active: true,
    filters: everyone(),
    ...flag,
  });
}

export async function changeFlag(serin: Address, flag: Flag, change: object): Promise<Flag> {
  return callApi(serin, 'PATCH', `feature_flags/${flag.id}/`, change);
}

/** Events that arrived, newest first. */
export async function listEvents(
  serin: Address,
  filter: Readonly<Record<string, string>>,
): Promise<StoredEvent[]> {
  const query = new URLSearchParams({ limit: '100', ...filter });
  const page = await callApi<{ results: StoredEvent[] }>(
    serin,
    'GET',
    `events/?${query.toString()}`,
  );
  return page.results;
}

/** Waits until at least `count` events are listed; returns all of them. */
export async function eventsArrived(
  serin: Address,
  filter: Readonly<Record<string, string>>,
  count = 1,
): Promise<StoredEvent[]> {
  return eventually(async () => {
    const events = await listEvents(serin, filter);
    if (events.length < count) {
      throw new Error(`${events.length} of ${count} events for ${JSON.stringify(filter)}`);
    }
    return events;
  });
}

/** Waits until a person has an event of every name; returns the properties of the latest of each. */
export async function namedEventsArrived(
  serin: Address,
  distinctId: string,
  names: readonly string[],
): Promise<Readonly<Record<string, StoredEvent['properties']>>> {
  return eventually(async () => {
    const events = await listEvents(serin, { distinct_id: distinctId });
    const byName = Object.fromEntries(
      events.toReversed().map((event) => [event.event, event.properties]),
    );
    const missing = names.filter((name) => !(name in byName));
    if (missing.length > 0) throw new Error(`${distinctId} has no ${missing.join(', ')} yet`);
    return byName;
  });
}

type ThrownFrame = {
  readonly function: string;
  readonly file: string;
  readonly line: number | null;
  readonly in_app: boolean;
  readonly source: { readonly line: string } | null;
};
/** An issue of error tracking with its latest exception, and its people by the values of one flag. */
type ArrivedError = {
  readonly issue: Readonly<Record<string, unknown>>;
  readonly event: Readonly<Record<string, unknown>>;
  readonly exceptions: readonly {
    readonly type: string;
    readonly message: string;
    readonly handled: boolean | null;
    readonly frames: readonly ThrownFrame[];
  }[];
  readonly people: readonly object[];
};

/** Waits until exceptions with a message are an issue; returns what its page says. */
export async function errorArrived(
  serin: Address,
  message: string,
  flagKey: string,
): Promise<ArrivedError> {
  const path = 'error_tracking/issues/';
  const search = new URLSearchParams({ search: message }).toString();
  const issue = await eventually(async () => {
    const { results } = await callApi<{ results: { id: string }[] }>(
      serin,
      'GET',
      `${path}?${search}`,
    );
    if (results.length !== 1 || !results[0]) {
      throw new Error(`${results.length} errors with “${message}”`);
    }
    return results[0];
  });
  const ask = <T>(what: string) => callApi<T>(serin, 'GET', `${path}${issue.id}/${what}/`);
  type Told = ArrivedError['event'] & Pick<ArrivedError, 'exceptions'>;
  const { results } = await ask<{ results: [Told] }>('events');
  const [{ exceptions, ...event }] = results;
  type Flags = { flags: { flag_key: string; variants: object[] }[] };
  const { flags } = await ask<Flags>('variants');
  const people = flags.find(({ flag_key: key }) => key === flagKey)?.variants ?? [];
  return { issue, event, exceptions, people };
}

/** Repeats `attempt` until it does not throw; gives up with its last error. */
export async function eventually<T>(
  attempt: () => Promise<T>,
  { patienceMs = PATIENCE_MS, everyMs = 100 } = {},
): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await sleep(everyMs);
  }
}

/** Filters that give a flag to everyone. */
export function everyone(): object {
  return { groups: [{ properties: [], rollout_percentage: 100 }] };
}

/** Filters that give a flag to people with one property value. */
export function peopleWith(key: string, value: unknown): object {
  return {
    groups: [{ properties: [{ key, value, type: 'person' }], rollout_percentage: 100 }],
  };
}

/** Filters of a flag with two variants and a payload for the second; everyone is in. */
export function twoVariants(share = 50, payload: unknown = { hex: '#00ff00' }): object {
  return {
    groups: [{ properties: [], rollout_percentage: 100 }],
    multivariate: {
      variants: [
        { key: 'control', rollout_percentage: 100 - share },
        { key: 'test', rollout_percentage: share },
      ],
    },
    payloads: { test: JSON.stringify(payload) },
  };
}
