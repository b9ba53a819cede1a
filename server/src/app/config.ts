// The only reader of the environment. Each setting has a name, a default, a unit and a meaning;
// `serin config` prints them.
import { resolve } from 'node:path';
import { z } from 'zod';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));

const positiveNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const Env = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: wholeNumber(0, 65_535).default(8000).describe('Port to listen on; 0 takes a free one.'),
  SERIN_DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .describe('Folder for the event log and the embedded stores.'),
  SERIN_PUBLIC_URL: z
    .url()
    .optional()
    .describe('Address that browsers use, when it differs from HOST and PORT.'),
  SERIN_REPLAY_ORIGIN: z
    .url({ protocol: /^https?$/, error: 'must start with http:// or https://' })
    .optional()
    .describe(
      'Origin that reaches the same server under another host name, such as https://replay.example.com: recordings are played there, apart from the cookies of the app. Needs SERIN_PUBLIC_URL.',
    ),
  SERIN_TRUSTED_PROXIES: z
    .string()
    .regex(/^[0-9a-fA-F:.,/ ]+$/, 'must be addresses or networks, separated by commas')
    .optional()
    .describe(
      'Addresses or networks of reverse proxies whose X-Forwarded-… headers are believed, separated by commas.',
    ),
  DATABASE_URL: z
    .url()
    .optional()
    .describe('PostgreSQL to use; without it Serin starts its own in the data folder.'),
  CLICKHOUSE_URL: z
    .url()
    .optional()
    .describe(
      'ClickHouse to use (user, password and database in the URL); without it Serin starts its own.',
    ),
  SERIN_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged.'),
  SERIN_TIME_SCALE: positiveNumber(1, 3600)
    .default(1)
    .describe(
      'Divides the smallest allowed durations of rollouts (bake, settle, tick, bucket), for demos and tests.',
    ),
  SERIN_MAX_STREAMS: wholeNumber(0, 1_000_000)
    .default(50_000)
    .describe('Open event streams of this process, all environments together; 0 for none.'),
  SERIN_MAX_STREAMS_PER_ENVIRONMENT: wholeNumber(0, 1_000_000)
    .default(20_000)
    .describe('Open event streams of one environment in this process.'),
  SERIN_HOLD_DEFINITIONS_SECONDS: positiveNumber(0, 8)
    .default(8)
    .describe(
      'Longest time that an unchanged request for flag definitions waits for a change, with SDKs known to wait; 0 answers at once.',
    ),
  SERIN_MAX_HELD_PER_ENVIRONMENT: wholeNumber(0, 1_000_000)
    .default(5000)
    .describe('Requests for flag definitions that may wait in one environment.'),
  SERIN_GEOIP_DB: z
    .string()
    .min(1)
    .optional()
    .describe(
      'GeoIP database (.mmdb, such as GeoLite2-City) by which events and flags learn the place of an address; without it they do not. Taken up again when it changes.',
    ),
  SERIN_EVENTS_PER_SECOND: wholeNumber(0, 10_000_000)
    .default(5000)
    .describe(
      'Events per second that one environment may send to this process, ten seconds of them at once; senders of more are told to come again, and SDKs do. 0: any number. An environment may have a limit of its own in the settings.',
    ),
  SERIN_RECORDING_BYTES_PER_SECOND: wholeNumber(0, 1_000_000_000)
    .default(8_000_000)
    .describe(
      'Bytes of recordings per second, as they are sent, that one environment may send to this process, ten seconds of them at once; a request counts as 4,096 at least. Senders of more are told to come again, and posthog-js does. 0: any number.',
    ),
  SERIN_FLAG_REQUESTS_PER_SECOND: wholeNumber(0, 10_000_000)
    .default(5000)
    .describe(
      'Requests for flags per second that one environment may send to this process, ten seconds of them at once; more are answered 429. 0: any number.',
    ),
  SERIN_API_REQUESTS_PER_SECOND: wholeNumber(0, 1_000_000)
    .default(50)
    .describe(
      'Requests to the management API per second with one key, ten seconds of them at once; more are answered 429. 0: any number.',
    ),
  SERIN_SECRET_KEY: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe(
      'Seals stored secrets of notification channels, metric sources and signals; without it a key is made and kept in PostgreSQL.',
    ),
  SERIN_METRICS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe(
      'Bearer token of `/metrics`, Serin’s own numbers as OpenMetrics; without it there is no such page.',
    ),
  SERIN_ALLOWED_PRIVATE_HOSTS: z
    .string()
    .regex(/^[0-9a-zA-Z:.,/ -]+$/, 'must be host names, addresses or networks, separated by commas')
    .optional()
    .describe(
      'Host names, addresses or networks that are private and that notifications and metric sources may reach all the same, separated by commas.',
    ),
  SERIN_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must start with smtp:// or smtps://' })
    .optional()
    .describe('Mail server for notifications, with user and password in the URL.'),
  SERIN_SMTP_FROM: z.email().optional().describe('Sender of notification mails.'),
  SERIN_BOOTSTRAP_EMAIL: z.email().optional().describe('First user, for automation.'),
  SERIN_BOOTSTRAP_PASSWORD: z.string().min(8).optional().describe('Password of the first user.'),
  SERIN_BOOTSTRAP_PROJECT_TOKEN: z
    .string()
    .regex(/^phc_[A-Za-z0-9_-]{4,200}$/, 'must start with phc_')
    .optional()
    .describe('Project token of the first project in production.'),
  SERIN_BOOTSTRAP_PERSONAL_API_KEY: z
    .string()
    .regex(/^phx_[A-Za-z0-9_-]{16,200}$/, 'must start with phx_ and be at least 20 characters long')
    .optional()
    .describe('Personal API key (all scopes) of the first user.'),
  SERIN_URL: z.url().optional().describe('Where Serin runs, for `serin rollout`.'),
  SERIN_API_KEY: z.string().optional().describe('Personal API key, for `serin rollout`.'),
});

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly publicUrl: string | undefined;
  /** Where recordings are played, when that is not the origin of the app. */
  readonly replayOrigin: string | undefined;
  /** Addresses or networks of reverse proxies. */
  readonly trustedProxies: readonly string[];
  readonly databaseUrl: string | undefined;
  readonly clickhouseUrl: string | undefined;
  readonly logLevel: string;
  readonly timeScale: number;
  readonly streamLimits: { readonly perEnvironment: number; readonly overall: number };
  /** Of requests for definitions that wait for a change. */
  readonly holdLimits: { readonly longestMs: number; readonly perEnvironment: number };
  /** Per second, of this process; 0: any number. */
  readonly rateLimits: {
    readonly eventsPerEnvironment: number;
    readonly recordingBytesPerEnvironment: number;
    readonly flagRequestsPerEnvironment: number;
    readonly apiRequestsPerKey: number;
  };
  /** A database of places. */
  readonly geoipPath: string | undefined;
  readonly secretKey: string | undefined;
  readonly metricsToken: string | undefined;
  readonly allowedPrivate: readonly string[];
  readonly smtp: { readonly url: string; readonly from: string } | undefined;
  readonly bootstrap: {
    readonly email: string | undefined;
    readonly password: string | undefined;
    readonly projectToken: string | undefined;
    readonly personalApiKey: string | undefined;
  };
  /** What commands speak to. */
  readonly client: { readonly url: string | undefined; readonly apiKey: string | undefined };
};

/** Reads the settings; an unusable one ends the program with its name and what is wrong with it. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Env.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`These settings are not usable:\n${lines.join('\n')}`);
  }
  const e = parsed.data;
  refuseHalfBootstrap(e);
  return {
    host: e.HOST,
    port: e.PORT,
    dataDir: resolve(e.SERIN_DATA_DIR),
    publicUrl: e.SERIN_PUBLIC_URL?.replace(/\/$/, ''),
    replayOrigin: replayOriginOf(e),
    trustedProxies: listOf(e.SERIN_TRUSTED_PROXIES),
    databaseUrl: e.DATABASE_URL,
    clickhouseUrl: e.CLICKHOUSE_URL,
    logLevel: e.SERIN_LOG_LEVEL,
    timeScale: e.SERIN_TIME_SCALE,
    streamLimits: {
      perEnvironment: e.SERIN_MAX_STREAMS_PER_ENVIRONMENT,
      overall: e.SERIN_MAX_STREAMS,
    },
    holdLimits: {
      longestMs: e.SERIN_HOLD_DEFINITIONS_SECONDS * 1000,
      perEnvironment: e.SERIN_MAX_HELD_PER_ENVIRONMENT,
    },
    rateLimits: {
      eventsPerEnvironment: e.SERIN_EVENTS_PER_SECOND,
      recordingBytesPerEnvironment: e.SERIN_RECORDING_BYTES_PER_SECOND,
      flagRequestsPerEnvironment: e.SERIN_FLAG_REQUESTS_PER_SECOND,
      apiRequestsPerKey: e.SERIN_API_REQUESTS_PER_SECOND,
    },
    geoipPath: e.SERIN_GEOIP_DB === undefined ? undefined : resolve(e.SERIN_GEOIP_DB),
    secretKey: e.SERIN_SECRET_KEY,
    metricsToken: e.SERIN_METRICS_TOKEN,
    allowedPrivate: listOf(e.SERIN_ALLOWED_PRIVATE_HOSTS),
    smtp: smtpOf(e),
    bootstrap: {
      email: e.SERIN_BOOTSTRAP_EMAIL,
      password: e.SERIN_BOOTSTRAP_PASSWORD,
      projectToken: e.SERIN_BOOTSTRAP_PROJECT_TOKEN,
      personalApiKey: e.SERIN_BOOTSTRAP_PERSONAL_API_KEY,
    },
    client: { url: e.SERIN_URL, apiKey: e.SERIN_API_KEY },
  };
}

function listOf(text: string | undefined): string[] {
  return text?.split(',').map((entry) => entry.trim()) ?? [];
}

function replayOriginOf(e: z.output<typeof Env>): string | undefined {
  const { SERIN_REPLAY_ORIGIN: origin, SERIN_PUBLIC_URL: publicUrl } = e;
  if (origin === undefined) return undefined;
  if (publicUrl === undefined) throw new ConfigError('SERIN_REPLAY_ORIGIN needs SERIN_PUBLIC_URL.');
  return new URL(origin).origin;
}

function smtpOf(e: z.output<typeof Env>): Config['smtp'] {
  const { SERIN_SMTP_URL: url, SERIN_SMTP_FROM: from } = e;
  if (url !== undefined && from !== undefined) return { url, from };
  if (url === undefined && from === undefined) return undefined;
  throw new ConfigError('SERIN_SMTP_URL and SERIN_SMTP_FROM belong together.');
}

function refuseHalfBootstrap(e: z.output<typeof Env>): void {
  const has = (value: string | undefined): boolean => value !== undefined;
  const hasAccount = has(e.SERIN_BOOTSTRAP_EMAIL) && has(e.SERIN_BOOTSTRAP_PASSWORD);
  const hasAny = [
    e.SERIN_BOOTSTRAP_EMAIL,
    e.SERIN_BOOTSTRAP_PASSWORD,
    e.SERIN_BOOTSTRAP_PROJECT_TOKEN,
    e.SERIN_BOOTSTRAP_PERSONAL_API_KEY,
  ].some(has);
  if (hasAny && !hasAccount) {
    throw new ConfigError(
      'The SERIN_BOOTSTRAP_… settings need SERIN_BOOTSTRAP_EMAIL and SERIN_BOOTSTRAP_PASSWORD.',
    );
  }
}

/** Settings that cannot be used; its message is meant for the person at the terminal. */
export class ConfigError extends Error {}

/** Every setting with its default and meaning, for `serin config` and docs/config.md. */
export function describeConfig(): { name: string; default: string; meaning: string }[] {
  return Object.entries(Env.shape).map(([name, schema]) => {
    const byDefault = schema.safeParse(undefined);
    const value = byDefault.success && byDefault.data !== undefined ? String(byDefault.data) : '';
    return { name, default: value, meaning: schema.description ?? '' };
  });
}
