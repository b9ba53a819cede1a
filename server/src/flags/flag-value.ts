// The one value that a flag gives to callers who know flags by value, not by variant and payload (OpenFeature):
// of which type, taken from where, and whether variants and payloads fit.
import type { JsonValue } from '#kernel/json';
import { isJsonObject } from '#kernel/json';
import type { FilterProblem } from './check-filters.ts';
import { payloadText } from './filters-input.ts';
import type { Evaluation, FlagDefinition, ValueSource, ValueType } from './flag.ts';

/** How a flag's value is made. */
export type ValueRule = { readonly type: ValueType; readonly source: ValueSource };

type Declared = Pick<FlagDefinition, 'valueType' | 'valueSource'>;
/** The part of filters that values are made of, stored or as sent. */
type Values = {
  readonly multivariate?:
    | { readonly variants: readonly { readonly key: string }[] }
    | null
    | undefined;
  readonly payloads?: { readonly [key: string]: unknown } | null | undefined;
};

/** Numbers as JSON writes them: `Number` alone would also take white space and `0x10`. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The rule of a flag. Nothing declared: a text for multivariate flags (the variant), else a boolean. A declared
 * type without a source: objects come from payloads, texts and numbers from variants where there are any.
 */
export function valueRuleOf(declared: Declared, filters: Values): ValueRule {
  const hasVariants = (filters.multivariate?.variants.length ?? 0) > 0;
  const type = declared.valueType ?? (hasVariants ? 'string' : 'boolean');
  if (declared.valueSource) return { type, source: declared.valueSource };
  if (type === 'boolean') return { type, source: 'enabled' };
  return { type, source: type !== 'object' && hasVariants ? 'variant' : 'payload' };
}

/**
 * The value of an outcome; undefined when it has none of that type, so that the caller's default counts. A
 * boolean flag that is off is false.
 */
export function valueOf(rule: ValueRule, evaluation: Evaluation): JsonValue | undefined {
  const { enabled, variant, payload } = evaluation;
  if (!enabled) return rule.type === 'boolean' ? false : undefined;
  switch (rule.source) {
    case 'enabled':
      return rule.type === 'boolean' ? true : undefined;
    case 'variant':
      return variant === null ? undefined : fromVariant(variant, rule.type);
    case 'payload':
      return payload === null ? undefined : fromPayload(payload, rule.type);
  }
}

/** What keeps a declaration from being saved, whatever the filters; undefined when nothing does. */
export function checkDeclared({ valueType, valueSource }: Declared): FilterProblem | undefined {
  if (valueSource === null) return undefined;
  if (valueType === null) {
    return { attr: 'value_source', detail: 'Say which value_type is taken from there.' };
  }
  if (valueSource === 'enabled' && valueType !== 'boolean') {
    const detail = `On or off is a boolean; a value of type ${valueType} comes from variants or payloads.`;
    return { attr: 'value_source', detail };
  }
  if (valueType === 'object' && valueSource === 'variant') {
    return { attr: 'value_source', detail: 'Variant keys are no objects; take the payload.' };
  }
  return undefined;
}

/** The first variant or payload that is not of the declared type; undefined when all are. */
export function checkValues(declared: Declared, filters: Values): FilterProblem | undefined {
  if (declared.valueType === null) return undefined;
  const { type, source } = valueRuleOf(declared, filters);
  if (source === 'enabled') return undefined;
  return source === 'variant' ? checkVariantKeys(type, filters) : checkPayloadTypes(type, filters);
}

function checkVariantKeys(type: ValueType, { multivariate }: Values): FilterProblem | undefined {
  const variants = multivariate?.variants ?? [];
  if (variants.length === 0) {
    return { attr: 'value_source', detail: 'There are no variants to take the value from.' };
  }
  const index = variants.findIndex(({ key }) => fromVariant(key, type) === undefined);
  if (index < 0) return undefined;
  return {
    attr: `filters.multivariate.variants.${index}.key`,
    detail: `"${variants[index]?.key}" is not of the flag's type, ${type}.`,
  };
}

function checkPayloadTypes(type: ValueType, { payloads }: Values): FilterProblem | undefined {
  for (const [key, payload] of Object.entries(payloads ?? {})) {
    const text = payload === null ? undefined : payloadText(payload);
    if (text === undefined || fromPayload(text, type) !== undefined) continue;
    const detail = `This payload is not of the flag's type, ${type}.`;
    return { attr: `filters.payloads.${key}`, detail };
  }
  return undefined;
}

function fromVariant(key: string, type: ValueType): JsonValue | undefined {
  switch (type) {
    case 'string':
      return key;
    case 'number': {
      const number = NUMBER.test(key) ? Number(key) : Number.NaN;
      return Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return key === 'true' ? true : key === 'false' ? false : undefined;
    case 'object':
      return undefined;
  }
}

function fromPayload(text: string, type: ValueType): JsonValue | undefined {
  const value = parsed(text);
  const isFitting = type === 'object' ? isJsonObject(value) : typeof value === type;
  return isFitting ? value : undefined;
}

/** Stored payloads are JSON; imported ones may not be. */
function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
