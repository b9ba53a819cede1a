// What posthog-js is told about recording (`sessionRecording` of its remote configuration; field names are the SDK's,
// `RemoteConfig` in @posthog/browser-common 0.9).
import type { RecordingSettings } from './settings.ts';

/** A rollout that runs: its flag decides who is recorded. */
export type FollowedRollout = { readonly id: string; readonly flagKey: string };

/** The SDK looks at every group with each event. */
const MAX_GROUPS = 50;

/** False: nothing is recorded, and no recorder is loaded. */
export function recordingConfig(
  settings: RecordingSettings,
  rollouts: readonly FollowedRollout[],
): false | object {
  if (!settings.isOn) return false;
  const followed = settings.followsRollouts ? rollouts.slice(0, MAX_GROUPS) : [];
  const { masking, capturesHeaders, capturesBodies, capturesCanvas } = settings;
  return {
    endpoint: '/s/',
    recorderVersion: 'v2',
    scriptConfig: { script: 'lazy-recorder' },
    consoleLogRecordingEnabled: settings.capturesConsole,
    ...(followed.length > 0 ? groups(settings, followed) : triggers(settings)),
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

/** Version 2: a session is recorded when any group takes it. One for each rollout, one for all others. */
function groups(settings: RecordingSettings, rollouts: readonly FollowedRollout[]) {
  const { linkedFlag, urlTriggers, eventTriggers } = settings;
  const base = {
    id: 'base',
    name: 'Every session',
    sampleRate: settings.sampleRate,
    minDurationMs: settings.minimumDurationMs,
    conditions: {
      matchType: settings.matchType,
      ...(urlTriggers.length > 0 ? { urls: urlTriggers.map(toMatcher) } : {}),
      ...(eventTriggers.length > 0 ? { events: eventTriggers.map((name) => ({ name })) } : {}),
      ...(linkedFlag === null ? {} : { flag: flagOf(linkedFlag) }),
    },
  };
  const followed = rollouts.map(({ id, flagKey }) => ({
    id: `rollout-${id}`,
    name: `Rollout of ${flagKey}`,
    sampleRate: 1,
    minDurationMs: 0,
    conditions: { matchType: 'all', flag: flagKey },
  }));
  return { version: 2, triggerGroups: [...followed, base] };
}
