// Answers as bytes. Outcomes of the evaluator are shared objects, so the bytes of each are made once and kept
// with it, as for `/flags`; an answer only joins them.
import type { CompiledFlag } from '#flags/evaluate';
import type { Evaluation } from '#flags/flag';
import { type ValueRule, valueOf, valueRuleOf } from '#flags/value';
import type { JsonValue } from '#kernel/json';
import { failureBody } from './ofrep-failure.ts';
import { reasonOf } from './ofrep-reason.ts';

type Primitive = boolean | string | number;
/** Flat, as OpenFeature wants metadata: providers drop everything nested. */
type Metadata = Readonly<Record<string, Primitive>>;

/** What every item of one environment shares. */
export type ItemContext = {
  /** `feature_flag.set.id` of OpenTelemetry. */
  readonly flagSetId: string;
  /** The flags may be older than what is stored. */
  readonly isStale: boolean;
  /** Which rollout a flag belongs to, by the flag's id; the same object as long as nothing changes. */
  readonly stages: {
    readonly version: string;
    readonly byFlagId: ReadonlyMap<number, FlagStage>;
  };
};

type FlagStage = { readonly rolloutId: string; readonly stage: number };

/** Memory for an answer; what is in it before does not matter. */
export type Allocate = (sizeBytes: number) => Uint8Array;

const encoder = new TextEncoder();
const BULK_HEAD = encoder.encode('{"flags":[');

/** One item; `metadata` stands last, so that more can be said at its end. */
type Item = {
  readonly bytes: Uint8Array;
  readonly isFailure: boolean;
};
type Items = WeakMap<Evaluation, Item>;
const fresh = new WeakMap<ItemContext['stages'], Items>();
const stale = new WeakMap<ItemContext['stages'], Items>();

/** What is known under the same circumstances. */
function itemsFor({ isStale, stages }: ItemContext): Items {
  const byStages = isStale ? stale : fresh;
  const known = byStages.get(stages);
  if (known) return known;
  const made: Items = new WeakMap();
  byStages.set(stages, made);
  return made;
}

/**
 * A bulk answer: one item per outcome, then `tail` (JSON fields, starting with a comma or empty), which may hold
 * only ASCII.
 */
export function encodeBulk(
  flags: ReadonlyMap<string, CompiledFlag>,
  evaluations: readonly Evaluation[],
  context: ItemContext,
  tail: string,
  allocate: Allocate,
): Uint8Array {
  const known = itemsFor(context);
  const items: Uint8Array[] = [];
  let sizeBytes = BULK_HEAD.length + tail.length + 2;
  for (const evaluation of evaluations) {
    const { bytes } = known.get(evaluation) ?? makeItem(flags, evaluation, context);
    items.push(bytes);
    sizeBytes += bytes.length + 1;
  }
  const joined = allocate(sizeBytes);
  joined.set(BULK_HEAD);
  let at = BULK_HEAD.length;
  for (const bytes of items) {
    joined.set(bytes, at);
    at += bytes.length;
    joined[at] = 0x2c; // a comma
    at += 1;
  }
  if (items.length > 0) at -= 1;
  at = writeAscii(joined, at, `]${tail}}`);
  return joined.subarray(0, at);
}

/** A single answer, with what is to be said of this one request in its metadata. */
export function encodeSingle(
  flags: ReadonlyMap<string, CompiledFlag>,
  evaluation: Evaluation,
  context: ItemContext,
  requestId: string,
): { readonly bytes: Uint8Array; readonly isFailure: boolean } {
  const known = itemsFor(context);
  const { bytes, isFailure } = known.get(evaluation) ?? makeItem(flags, evaluation, context);
  // Before the two closing braces: of the metadata and of the item.
  const end = `,"requestId":"${requestId}"}}`;
  const joined = new Uint8Array(bytes.length - 2 + end.length);
  joined.set(bytes.subarray(0, -2));
  writeAscii(joined, bytes.length - 2, end);
  return { bytes: joined, isFailure };
}

function writeAscii(bytes: Uint8Array, start: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) bytes[start + i] = text.charCodeAt(i);
  return start + text.length;
}

function makeItem(
  flags: ReadonlyMap<string, CompiledFlag>,
  evaluation: Evaluation,
  context: ItemContext,
): Item {
  const flag = flags.get(evaluation.key);
  if (!flag) throw new Error(`The outcome of ${evaluation.key} belongs to no flag of this set.`);
  const text = evaluation.failed
    ? JSON.stringify(failureItem(flag, evaluation, context))
    : successText(flag, evaluation, context);
  const made = { bytes: encoder.encode(text), isFailure: evaluation.failed };
  itemsFor(context).set(evaluation, made);
  return made;
}

function failureItem(flag: CompiledFlag, evaluation: Evaluation, context: ItemContext) {
  const body =
    evaluation === flag.nameless
      ? failureBody(flag.key, 'TARGETING_KEY_MISSING', 'The flag needs a targeting key.')
      : failureBody(flag.key, 'GENERAL', 'What is stored about the person could not be read.');
  return { ...body, metadata: { flagSetId: context.flagSetId, ...identityOf(flag) } };
}

/** The variant is always named: openfeature-provider-ofrep 0.3.0 (Python) takes no answer without. */
function successText(flag: CompiledFlag, evaluation: Evaluation, context: ItemContext): string {
  const { key, enabled, variant, payload, reason } = evaluation;
  const rule = valueRuleOf(flag.definition, flag.definition.filters);
  const value = valueText(rule, evaluation);
  const hint = payload === null || rule.source === 'payload' ? undefined : primitiveOf(payload);
  const metadata: Metadata = {
    flagSetId: context.flagSetId,
    ...identityOf(flag),
    ...context.stages.byFlagId.get(flag.definition.id),
    enabled,
    ...(reason.conditionIndex === null ? {} : { conditionIndex: reason.conditionIndex }),
    ...(hint === undefined ? {} : { payload: hint }),
  };
  const fields = [
    `"key":${JSON.stringify(key)}`,
    ...(value === undefined ? [] : [`"value":${value}`]),
    `"reason":"${context.isStale ? 'STALE' : reasonOf(flag, evaluation)}"`,
    `"variant":${JSON.stringify(variant ?? String(enabled))}`,
    `"metadata":${JSON.stringify(metadata)}`,
  ];
  return `{${fields.join(',')}}`;
}

/**
 * The value as JSON; undefined when there is none, so that the caller's default counts (OFREP ADR-0006). A payload
 * goes out as it was written: `2.0` is a float in Python, 2 is not.
 */
function valueText(rule: ValueRule, evaluation: Evaluation): string | undefined {
  const value = valueOf(rule, evaluation);
  if (value === undefined) return undefined;
  const { enabled, payload } = evaluation;
  return enabled && rule.source === 'payload' && payload !== null ? payload : JSON.stringify(value);
}

function identityOf({ definition }: CompiledFlag): Metadata {
  return { version: definition.version, flagId: definition.id };
}

/** A payload as metadata: as it is where that is allowed, else its JSON text. */
function primitiveOf(payload: string): Primitive {
  try {
    const value = JSON.parse(payload) as JsonValue;
    if (typeof value !== 'object') return value;
  } catch {
    // Imported payloads may be plain text.
  }
  return payload;
}
