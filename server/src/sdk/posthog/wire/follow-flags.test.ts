import { beforeEach, expect, test } from 'vitest';
import { type FollowedPage, FlagFollower, type FollowingClient } from './follow-flags.ts';

type Listener = (event: { data: string }) => void;

class FakeSource {
  static all: FakeSource[] = [];
  static open = (): FakeSource[] => FakeSource.all.filter(({ isClosed }) => !isClosed);
  readonly listeners = new Map<string, Listener>();
  onerror: (() => void) | null = null;
  isClosed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSource.all.push(this);
  }

  addEventListener(name: string, listener: Listener): void {
    this.listeners.set(name, listener);
  }

  say(name: string, data: object): void {
    this.listeners.get(name)?.({ data: JSON.stringify(data) });
  }

  close(): void {
    this.isClosed = true;
  }
}

let timers: { action: () => void; delayMs: number }[];
let listeners: Map<string, () => void>;
let visibilityState: string;
let reloads: string[];
let page: FollowedPage;

function aClient(name: string, config: FollowingClient['config'] = {}): FollowingClient {
  return {
    config: { token: 'phc_a', api_host: 'https://serin.test/', ...config },
    reloadFeatureFlags: () => reloads.push(name),
  };
}

/** Runs every timer that is set now; returns their delays. */
function tick(): number[] {
  const due = timers;
  timers = [];
  for (const { action } of due) action();
  return due.map(({ delayMs }) => delayMs);
}

function show(state: 'visible' | 'hidden'): void {
  visibilityState = state;
  listeners.get('visibilitychange')?.();
}

const settings = { token: 'phc_a', version: '7.1' };
const follow = (client?: FollowingClient) => FlagFollower.follow(page, settings, client);
const last = (): FakeSource => FakeSource.all.at(-1) as FakeSource;

beforeEach(() => {
  FakeSource.all = [];
  timers = [];
  listeners = new Map();
  visibilityState = 'visible';
  reloads = [];
  page = {
    document: {
      get visibilityState() {
        return visibilityState;
      },
      addEventListener: (name, listener) => listeners.set(name, listener),
    },
    EventSource: FakeSource,
    Math: { random: () => 0.5 },
    JSON,
    posthog: aClient('global'),
    setTimeout: (action, delayMs) => timers.push({ action, delayMs }),
    addEventListener: (name, listener) => listeners.set(name, listener),
  };
});

test('asks for the flags again when they change, and not because it has connected', () => {
  follow();
  tick();
  expect(last().url).toBe('https://serin.test/flags/stream?token=phc_a&last_event_id=7.1');
  last().say('ready', { version: '7.1' });
  expect(tick()).toEqual([]);
  last().say('change', { version: '8.1', flags: ['checkout'], spread_ms: 0 });
  tick();
  expect(reloads).toEqual(['global']);
});

test('with very many listeners it waits for a while, and asks once for changes in between', () => {
  follow();
  tick();
  last().say('change', { version: '8.1', flags: ['a'], spread_ms: 2000 });
  last().say('change', { version: '9.1', flags: ['b'], spread_ms: 2000 });
  expect(tick()).toEqual([1000]);
  expect(reloads).toEqual(['global']);
});

test('one stream per token, whoever asks for it and how often', () => {
  follow();
  follow();
  const fromNpm = aClient('npm');
  follow(fromNpm);
  follow(fromNpm);
  tick();
  expect(FakeSource.all).toHaveLength(1);
  last().say('change', { version: '8.1', flags: null, spread_ms: 0 });
  tick();
  expect(reloads.toSorted()).toEqual(['global', 'npm']);
});

test('from npm, without a global, a client that comes later opens the stream', () => {
  delete page.posthog;
  follow();
  tick();
  expect(FakeSource.all).toHaveLength(0);
  follow(aClient('npm', { flags_api_host: 'https://flags.test' }));
  expect(last().url).toMatch(/^https:\/\/flags\.test\/flags\/stream/);
});

test('a page without posthog, or with one for another project, gets no stream', () => {
  page.posthog = aClient('other', { token: 'phc_b' });
  follow();
  const delays: number[] = [];
  for (let due = tick(); due.length > 0; due = tick()) delays.push(...due);
  expect(delays).toEqual([0, 1000, 2000, 3000]);
  expect(FakeSource.all).toHaveLength(0);
});

test.each(['advanced_disable_flags', 'advanced_disable_decide', 'advanced_disable_feature_flags'])(
  '%s is respected',
  (option) => {
    page.posthog = aClient('quiet', { [option]: true });
    follow();
    while (tick().length > 0);
    expect(FakeSource.all).toHaveLength(0);
  },
);

test('a hidden page has no stream; shown again it catches up from where it was', () => {
  visibilityState = 'hidden';
  follow();
  tick();
  expect(FakeSource.all).toHaveLength(0);
  show('visible');
  last().say('change', { version: '8.1', flags: [], spread_ms: 0 });
  show('hidden');
  expect(FakeSource.open()).toEqual([]);
  show('visible');
  expect(last().url).toContain('last_event_id=8.1');
  show('visible');
  expect(FakeSource.open()).toHaveLength(1);
});

test('it comes again after ever longer pauses, and never has two streams', () => {
  follow();
  tick();
  last().say('ready', { version: '7.1' });
  const delays: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const failed = last();
    failed.onerror?.();
    failed.onerror?.();
    delays.push(...tick());
    expect(FakeSource.open()).toHaveLength(1);
  }
  expect(delays.slice(0, 3)).toEqual([750, 1500, 3000]);
  expect(Math.max(...delays)).toBe(45_000);
  last().say('ready', { version: '7.1' });
  last().onerror?.();
  expect(tick()).toEqual([750]);
});

test('where the stream never opens it gives up', () => {
  follow();
  tick();
  for (let i = 0; i < 20; i += 1) {
    last().onerror?.();
    tick();
  }
  expect(FakeSource.all).toHaveLength(5);
});

test('a client that fails and a browser without streams do no harm', () => {
  page.posthog = {
    ...aClient('broken'),
    reloadFeatureFlags: () => {
      throw new Error('shut down');
    },
  };
  follow(aClient('npm'));
  tick();
  last().say('change', { version: '8.1', flags: [], spread_ms: 0 });
  tick();
  expect(reloads).toEqual(['npm']);
  const old = { ...page, serinFollows: {} };
  delete old.EventSource;
  FlagFollower.follow(old, settings);
  expect(() => tick()).not.toThrow();
});
