import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { type FollowedRollout, recordingConfig } from './recording-config.ts';
import { DEFAULT_SETTINGS, type RecordingSettings } from './settings.ts';

type Status = 'sampled' | 'active' | 'buffering' | 'disabled';
type Config = Readonly<Record<string, unknown>> & {
  readonly triggerGroups?: readonly { readonly id: string }[];
};
/** As posthog-js decides it. */
type Strategy = {
  onRemoteConfig(config: object): void;
  makeSamplingDecisions(sessionId: string): void;
  getStatus(context: object): Status;
};
type Matching = { onConfig(config: object): void };
type Sdk = {
  V1RecordingStrategy: new (...parts: unknown[]) => Strategy;
  V2TriggerGroupStrategy: new (...parts: unknown[]) => Strategy;
  decodeSamplingDecision(stored: unknown, sessionId: string): boolean | null;
};
type Matchers = Record<
  'URLTriggerMatching' | 'EventTriggerMatching' | 'LinkedFlagMatching',
  new (instance: object) => Matching
>;

const FOLDER = 'posthog-js/lib/src/extensions/replay/external';
const load = createRequire(import.meta.url);
const { V1RecordingStrategy, V2TriggerGroupStrategy, decodeSamplingDecision } = load(
  `${FOLDER}/recording-strategies.js`,
) as Sdk;
const { URLTriggerMatching, EventTriggerMatching, LinkedFlagMatching } = load(
  `${FOLDER}/triggerMatching.js`,
) as Matchers;

const SESSION = '01a1f921-0cc3-7000-8000-000000000000';
const ROLLOUT: FollowedRollout = { id: 'r', flagKey: 'new-checkout' };

/** Whether a session is recorded, in which `bought` was captured or not; its flags are all off. */
function statusOf(config: Config, knowsGroups: boolean, hasBought: boolean): Status {
  const stored: Record<string, unknown> = {};
  const register = (fields: object): void => void Object.assign(stored, fields);
  const instance = {
    persistence: { register, unregister: (key: string) => delete stored[key] },
    get_property: (key: string) => stored[key],
    register_for_session: () => undefined,
    onFeatureFlags: (told: (flags: string[], variants: object) => void) => told([], {}),
    config: {},
  };
  const url = new URLTriggerMatching(instance);
  const event = new EventTriggerMatching(instance);
  const flag = new LinkedFlagMatching(instance);
  const nothing = () => undefined;
  const strategy =
    knowsGroups && config['version'] === 2
      ? new V2TriggerGroupStrategy(instance, url, nothing, nothing, nothing)
      : new V1RecordingStrategy(instance, url, event, flag, nothing, nothing, nothing);
  if (hasBought) {
    register({ $session_recording_event_trigger_activated_session: SESSION });
    for (const { id } of config.triggerGroups ?? []) {
      register({ [`$posthog_sr_group_event_trigger_${id}`]: SESSION });
    }
  }
  // The SDK reads the text of the share before it hands it on.
  const share = config['sampleRate'];
  strategy.onRemoteConfig({ ...config, sampleRate: typeof share === 'string' ? +share : null });
  strategy.makeSamplingDecisions(SESSION);
  return strategy.getStatus({
    sessionId: SESSION,
    isSampled: decodeSamplingDecision(stored['$session_is_sampled'], SESSION),
    urlTriggerMatching: url,
    eventTriggerMatching: event,
    linkedFlagMatching: flag,
  });
}

function configOf(settings: Partial<RecordingSettings>, rollouts = [ROLLOUT]): Config {
  const all = { ...DEFAULT_SETTINGS, isOn: true, followsRollouts: true, ...settings };
  return recordingConfig(all, rollouts).sessionRecording as Config;
}

const isRecorded = (status: Status): boolean => status === 'sampled' || status === 'active';
const NONE = { sampleRate: 0 };
const BOUGHT = { eventTriggers: ['bought'] };

test.each<[string, Partial<RecordingSettings>, boolean, boolean]>([
  ['no share', NONE, false, false],
  ['every session', {}, true, true],
  ['a share or an event', { ...NONE, ...BOUGHT, matchType: 'any' }, true, false],
  ['all of no share, and an event', { ...NONE, ...BOUGHT, matchType: 'all' }, false, false],
  ['only an event', { ...BOUGHT, matchType: 'any' }, true, false],
  [
    'nearly all sessions, or an event',
    { ...BOUGHT, sampleRate: 0.99, matchType: 'any' },
    true,
    true,
  ],
  ['nearly all sessions with an event', { ...BOUGHT, sampleRate: 0.99 }, true, false],
])(
  '%s: the same to posthog-js that knows groups and that does not',
  (_, settings, after, before) => {
    const config = configOf(settings);
    expect(config).toMatchObject({ version: 2 });
    for (const knowsGroups of [true, false]) {
      expect([
        isRecorded(statusOf(config, knowsGroups, true)),
        isRecorded(statusOf(config, knowsGroups, false)),
      ]).toEqual([after, before]);
    }
  },
);

test('without a rollout that is followed there are no groups, and nothing at all while it is off', () => {
  expect(configOf({}, [])).not.toHaveProperty('version');
  expect(recordingConfig(DEFAULT_SETTINGS, [ROLLOUT])).toEqual({
    sessionRecording: false,
    captureDeadClicks: false,
  });
});

test('dead clicks are told of with recordings, unless switched off', () => {
  const on = { ...DEFAULT_SETTINGS, isOn: true };
  expect(recordingConfig(on, []).captureDeadClicks).toBe(true);
  expect(recordingConfig({ ...on, capturesDeadClicks: false }, []).captureDeadClicks).toBe(false);
});
