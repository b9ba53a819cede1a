// The remote configuration that posthog-js asks for at start: which of its features run, and where they
// send. Field names are the SDK's (`RemoteConfig` in @posthog/browser-common 0.9).
import { FlagFollower, type FollowSettings } from './follow-flags.ts';

/**
 * What posthog-js is told. Kept away on purpose:
 * - `surveys`, unless a stage of a rollout asks something: any value, even false, makes it download the survey script.
 * - `logs`: nothing would keep them.
 * `autocapture_opt_out` must be a literal boolean, else new visitors send no autocapture, and
 * `supportedCompression` must name `gzip-js`, else bodies are base64.
 */
export type RemoteConfig = ReturnType<typeof remoteConfig>;

/** What settings of recordings say. */
type Recording = {
  /** False: nothing is recorded. */
  readonly sessionRecording: false | object;
  readonly captureDeadClicks: boolean;
};

/**
 * The configuration for one project token.
 * @param recording undefined: not known, so that the SDK goes by what it was told before
 */
export function remoteConfig(
  token: string,
  recording: Recording | undefined,
  hasQuestions = false,
) {
  return {
    token,
    ...(hasQuestions ? { surveys: true } : {}),
    supportedCompression: ['gzip', 'gzip-js'],
    hasFeatureFlags: true,
    analytics: { endpoint: '/i/v0/e/' },
    autocapture_opt_out: false,
    elementsChainAsString: true,
    capturePerformance: {
      // Any part of it switches the recording of requests on.
      network_timing:
        !recording?.sessionRecording || 'networkPayloadCapture' in recording.sessionRecording,
      web_vitals: true,
      web_vitals_allowed_metrics: null,
    },
    // Guardrails watch exceptions, so browsers report them unless the page says otherwise.
    autocaptureExceptions: true,
    errorTracking: { autocaptureExceptions: true, suppressionRules: [] },
    // `false` also switches off a recording configuration that the SDK has stored from elsewhere.
    ...recording,
    heatmaps: false,
    productTours: false,
    conversations: false,
    siteApps: [],
    defaultIdentifiedOnly: true,
    isAuthenticated: false,
    toolbarParams: {},
  };
}

/** Without the room where types and comments stood; no text in it has two spaces. */
const FOLLOWER = FlagFollower.toString()
  .replace(/\/\*\*[^]*?\*\//g, '')
  .replace(/ {2,}/g, ' ')
  .replace(/\s*\n\s*/g, '\n');

/**
 * The script form: leaves the configuration where posthog-js looks for it. With `following` it also follows the environment's flags: through the page's `posthog`, or as a site app that
 * posthog-js starts with `opt_in_site_apps` where it comes from npm and is no global.
 */
export function remoteConfigScript(
  token: string,
  recording: Recording | undefined,
  following?: Pick<FollowSettings, 'version'>,
  hasQuestions = false,
): string {
  const settings = scriptText({ token, ...following });
  const follow = following
    ? `var settings=${settings};var follow=function(client){try{(${FOLLOWER})` +
      '.follow(window,settings,client);}catch(error){}};'
    : '';
  const siteApps = following
    ? '[{id:"serin",init:function(app){follow(app.posthog);app.callback(true);return {};}}]'
    : '[]';
  return (
    `(function(){${follow}` +
    'window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};' +
    `window._POSTHOG_REMOTE_CONFIG[${scriptText(token)}]=` +
    `{config:${scriptText(remoteConfig(token, recording, hasQuestions))},siteApps:${siteApps}};` +
    `${following ? 'follow();' : ''}})();\n`
  );
}

/** JSON that is safe inside a script element: no `<`, no line separators of old engines. */
function scriptText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
