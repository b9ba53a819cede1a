// A `feature_flag.evaluation` record as a use of a flag (OpenTelemetry semantic conventions 1.44,
// feature-flags-events.md, and the spellings of earlier versions; open-feature/spec appendix D).
import { type JsonValue, isJsonObject } from '#kernel/json';
import type { LogRecord } from './otlp-logs.ts';

/** Who got what of which flag. */
export type FlagUse = {
  readonly flag: string;
  readonly distinctId: string;
  readonly enabled: boolean;
  readonly variant: string | null;
  readonly atMs: number | undefined;
};

/** Why a record is no use of a flag. */
export type NoUse =
  /** Something else altogether. */
  | 'other-record'
  /** It names no flag, or one of another flag set. */
  | 'other-flag'
  /** It names nobody. */
  | 'nobody'
  /** An evaluation that failed, or that cannot be told from the caller's own default. */
  | 'no-value';

const NAMES: ReadonlySet<string> = new Set(['feature_flag.evaluation', 'feature_flag']);
const NO_VALUE: ReadonlySet<string> = new Set(['error', 'disabled']);
/** Reasons that go with a value of the flag's own; with the others it may be the caller's default. */
const OWN_VALUE: ReadonlySet<string> = new Set(['static', 'targeting_match', 'split', 'stale']);

/** @param isOurs says whether this environment has that flag; sets are told apart by `flagSetId`. */
export function readFlagUse(
  record: LogRecord,
  flagSetId: string,
  isOurs: (flag: string) => boolean,
): FlagUse | NoUse {
  const { attributes, atMs } = record;
  const text = (...names: string[]): string => {
    for (const name of names) {
      const value = attributes[name];
      if (typeof value === 'string' && value !== '') return value;
      if (typeof value === 'number') return String(value);
    }
    return '';
  };
  if (!isEvaluation(record, text('event.name'))) return 'other-record';
  const flag = text('feature_flag.key');
  const setId = text('feature_flag.set.id');
  if (!isOurs(flag) || (setId !== '' && setId !== flagSetId)) return 'other-flag';
  const distinctId = text('feature_flag.context.id');
  if (distinctId.trim() === '') return 'nobody';
  const reason = text('feature_flag.result.reason', 'feature_flag.evaluation.reason').toLowerCase();
  if (text('error.type') !== '' || NO_VALUE.has(reason)) return 'no-value';
  const variant = text('feature_flag.result.variant', 'feature_flag.variant');
  // A flag without variants calls its outcomes true and false.
  const hasVariant = variant !== '' && variant !== 'true' && variant !== 'false';
  const enabled = hasVariant || isOn(variant === '' ? valueOf(record) : variant, reason);
  if (enabled === undefined) return 'no-value';
  return { flag, distinctId, enabled, variant: hasVariant ? variant : null, atMs };
}

/** True for a record that calls itself an evaluation, not for one that only says which flag somebody had. */
export function isNamedEvaluation({ eventName, attributes }: LogRecord): boolean {
  const olderName = attributes['event.name'];
  return NAMES.has(eventName || (typeof olderName === 'string' ? olderName : ''));
}

function isEvaluation({ eventName, attributes }: LogRecord, olderName: string): boolean {
  const name = eventName || olderName;
  return name === '' ? 'feature_flag.key' in attributes : NAMES.has(name);
}

/** Before 1.34 the value was a field of the body, or an attribute without a prefix. */
function valueOf({ attributes, body }: LogRecord): JsonValue | undefined {
  const value = attributes['feature_flag.result.value'] ?? attributes['value'];
  if (value !== undefined) return value;
  return isJsonObject(body) ? body['value'] : undefined;
}

/** Without a variant: booleans say it themselves, other values do where they are surely the flag's own. */
function isOn(value: JsonValue | undefined, reason: string): boolean | undefined {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  if (reason === 'default') return false;
  return OWN_VALUE.has(reason) && value !== undefined && value !== null ? true : undefined;
}
