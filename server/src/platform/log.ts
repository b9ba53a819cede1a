// The one logger: JSON lines on standard output, secrets left out. Levels are used by expected frequency in
// a healthy server: error never, warn rarely, info a few lines per hour, debug per request.
import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/** Fields that would put a secret into the log, at the places where requests and settings are logged. */
const SECRETS = [
  'password',
  'token',
  'api_key',
  'req.headers.authorization',
  'req.headers.cookie',
  'headers.authorization',
  'headers.cookie',
  '*.password',
  '*.password_hash',
  '*.api_key',
];

/** `level` is one of pino's, or `silent`. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRETS, censor: '[hidden]' },
  });
}
