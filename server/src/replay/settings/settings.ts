// What is recorded in an environment, how, and for how long. Off until somebody switches it on.
import { type PrivacyRules, SAFE_RULES } from '../privacy/rules.ts';

export type RecordingSettings = {
  readonly isOn: boolean;
  /** Share of sessions, 0 to 1. */
  readonly sampleRate: number;
  /** Shorter sessions are not sent; 0: any. */
  readonly minimumDurationMs: number;
  /** Only sessions for which the flag is on, or has that variant. */
  readonly linkedFlag: { readonly flag: string; readonly variant: string | null } | null;
  /** Whether one of share, flag and triggers is enough, or all are needed. */
  readonly matchType: 'any' | 'all';
  /** Regular expressions: recording starts at such an address. */
  readonly urlTriggers: readonly string[];
  /** Regular expressions: recording pauses at such an address. */
  readonly urlBlocklist: readonly string[];
  /** Recording starts with such an event. */
  readonly eventTriggers: readonly string[];
  /** Sessions of people in running rollouts are all recorded, whatever the share. */
  readonly followsRollouts: boolean;
  readonly masking: {
    readonly maskAllInputs: boolean;
    readonly maskTextSelector: string | null;
    readonly blockSelector: string | null;
    readonly maskAllElementAttributes: boolean;
  };
  readonly capturesConsole: boolean;
  readonly capturesNetwork: boolean;
  readonly capturesHeaders: boolean;
  readonly capturesBodies: boolean;
  readonly capturesCanvas: boolean;
  /** Clicks that nothing follows, as events. */
  readonly capturesDeadClicks: boolean;
  /** Pictures of canvases per second. */
  readonly canvasFps: number;
  /** 0 to 1. */
  readonly canvasQuality: number;
  /** What the server takes out, whatever pages send. */
  readonly privacy: Omit<PrivacyRules, Gate>;
  readonly retentionDays: RetentionDays;
  /** Ids of users who are given bodies and headers of requests. */
  readonly bodyViewers: readonly string[];
};

/** With how often they were changed. */
export type StoredSettings = { readonly settings: RecordingSettings; readonly version: number };

export const RETENTION_DAYS = [7, 30, 90, 365] as const;
export type RetentionDays = (typeof RETENTION_DAYS)[number];
/** Of what is pinned. */
export const PINNED_DAYS: RetentionDays = 365;

/** What is decided by what is captured. */
type Gate = 'keepConsole' | 'keepRequests' | 'keepHeaders' | 'keepBodies' | 'keepCanvas';

const {
  keepConsole: _console,
  keepRequests: _requests,
  keepHeaders: _headers,
  keepBodies: _bodies,
  keepCanvas: _canvas,
  ...SAFE_PRIVACY
} = SAFE_RULES;

export const DEFAULT_SETTINGS: RecordingSettings = {
  isOn: false,
  sampleRate: 1,
  minimumDurationMs: 0,
  linkedFlag: null,
  matchType: 'all',
  urlTriggers: [],
  urlBlocklist: [],
  eventTriggers: [],
  followsRollouts: false,
  masking: {
    maskAllInputs: true,
    maskTextSelector: null,
    blockSelector: null,
    maskAllElementAttributes: false,
  },
  capturesConsole: true,
  capturesNetwork: true,
  capturesHeaders: false,
  capturesBodies: false,
  capturesCanvas: false,
  capturesDeadClicks: true,
  canvasFps: 4,
  canvasQuality: 0.4,
  privacy: SAFE_PRIVACY,
  retentionDays: 30,
  bodyViewers: [],
};

/** What is taken out before anything is kept. */
export function privacyRulesOf(settings: RecordingSettings): PrivacyRules {
  // A second gate: also when a page captures them by itself.
  return {
    ...settings.privacy,
    keepConsole: settings.capturesConsole,
    keepRequests: settings.capturesNetwork,
    keepHeaders: settings.capturesHeaders,
    keepBodies: settings.capturesBodies,
    keepCanvas: settings.capturesCanvas,
  };
}
