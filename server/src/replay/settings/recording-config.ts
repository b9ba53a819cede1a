// What posthog-js is told about recording (`sessionRecording` of its remote configuration; field names are the SDK's,
// `RemoteConfig` in @posthog/browser-common 0.9).
import type { RecordingSettings } from './settings.ts';

/** A rollout that runs: its flag decides who is recorded. */
export type FollowedRollout = { readonly id: string; readonly flagKey: string };

/** The SDK looks at every group with each event. */
const MAX_GROUPS = 50;

/** The parts of the remote configuration that settings of recordings decide about. */
export type RecordingConfig = {
  /** False: nothing is recorded, and no recorder is loaded. */
  readonly sessionRecording: false | object;
  /** Whether the script is loaded that sends `$dead_click`; a page may say otherwise. */
  readonly captureDeadClicks: boolean;
};

/** What browsers are told. Those whose posthog-js knows no groups do not follow rollouts. */
export function recordingConfig(
  settings: RecordingSettings,
  rollouts: readonly FollowedRollout[],
): RecordingConfig {
  return {
    sessionRecording: settings.isOn && recorderConfig(settings, rollouts),
    captureDeadClicks: settings.isOn && settings.capturesDeadClicks,
  };
}

function recorderConfig(settings: RecordingSettings, rollouts: readonly FollowedRollout[]): object {
  const followed = settings.followsRollouts ? rollouts.slice(0, MAX_GROUPS) : [];
  const { masking, capturesHeaders, capturesBodies, capturesCanvas } = settings;
  return {
    endpoint: '/s/',
    recorderVersion: 'v2',
    scriptConfig: { script: 'lazy-recorder' },
    consoleLogRecordingEnabled: settings.capturesConsole,
    // Besides groups too: who does not know them would record everything.
    ...triggers(settings),
    ...(followed.length > 0 ? groups(settings, followed) : {}),
    urlBlocklist: settings.urlBlocklist.map(toMatcher),
    masking: {
      maskAllInputs: masking.maskAllInputs,
      maskAllElementAttributes: masking.maskAllElementAttributes,
      ...(masking.maskTextSelector === null ? {} : { maskTextSelector: masking.maskTextSelector }),
      ...(masking.blockSelector === null ? {} : { blockSelector: masking.blockSelector }),
    },
    ...(settings.capturesNetwork
      ? { networkPayloadCapture: { recordHeaders: capturesHeaders, recordBody: capturesBodies } }
      : {}),
    ...(capturesCanvas
      ? {
          recordCanvas: true,
          canvasFps: settings.canvasFps,
          canvasQuality: String(settings.canvasQuality),
        }
      : {}),
  };
}

const toMatcher = (url: string) => ({ url, matching: 'regex' });

function triggers(settings: RecordingSettings) {
  const { linkedFlag, sampleRate } = settings;
  return {
    // A text; null takes every session.
    sampleRate: sampleRate === 1 ? null : sampleRate.toFixed(2),
    minimumDurationMilliseconds: settings.minimumDurationMs || null,
    linkedFlag: flagOf(linkedFlag),
    triggerMatchType: settings.matchType,
    urlTriggers: settings.urlTriggers.map(toMatcher),
    eventTriggers: settings.eventTriggers,
  };
}

function flagOf(linkedFlag: RecordingSettings['linkedFlag']) {
  if (linkedFlag === null || linkedFlag.variant === null) return linkedFlag?.flag ?? null;
  return linkedFlag;
}

/** Version 2: a session is recorded when any group takes it. One for each rollout, the others for all others. */
function groups(settings: RecordingSettings, rollouts: readonly FollowedRollout[]) {
  const followed = rollouts.map(({ id, flagKey }) => ({
    id: `rollout-${id}`,
    name: `Rollout of ${flagKey}`,
    sampleRate: 1,
    minDurationMs: 0,
    conditions: { matchType: 'all', flag: flagKey },
  }));
  return { version: 2, triggerGroups: [...followed, ...others(settings)] };
}

/** What `triggers` says. A group takes its share of the sessions that meet its conditions. */
function others(settings: RecordingSettings) {
  const { linkedFlag, urlTriggers, eventTriggers, matchType, sampleRate } = settings;
  const minDurationMs = settings.minimumDurationMs;
  const conditions = {
    ...(urlTriggers.length > 0 ? { urls: urlTriggers.map(toMatcher) } : {}),
    ...(eventTriggers.length > 0 ? { events: eventTriggers.map((name) => ({ name })) } : {}),
    ...(linkedFlag === null ? {} : { flag: flagOf(linkedFlag) }),
  };
  const share = { id: 'base', name: 'Every session', sampleRate, minDurationMs };
  if (matchType === 'all' || Object.keys(conditions).length === 0) {
    return [{ ...share, conditions: { matchType, ...conditions } }];
  }
  const triggered = {
    id: 'triggers',
    name: 'Triggers',
    sampleRate: 1,
    minDurationMs,
    conditions: { matchType, ...conditions },
  };
  // All sessions are no share: else nothing would be left to triggers.
  return sampleRate === 1 ? [triggered] : [triggered, { ...share, conditions: { matchType } }];
}
