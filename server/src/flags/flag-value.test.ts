import { expect, test } from 'vitest';
import { checkDeclared, checkValues, valueOf, valueRuleOf } from './flag-value.ts';
import type { Evaluation, ValueSource, ValueType } from './flag.ts';

const variants = (...keys: string[]) => ({
  multivariate: { variants: keys.map((key) => ({ key, rollout_percentage: 100 / keys.length })) },
});
const declared = (valueType: ValueType | null, valueSource: ValueSource | null = null) => ({
  valueType,
  valueSource,
});

function anOutcome(changes: Partial<Evaluation>): Evaluation {
  const reason = { code: 'condition_match', conditionIndex: 0 } as const;
  return {
    key: 'f',
    enabled: true,
    variant: null,
    payload: null,
    reason,
    failed: false,
    ...changes,
  };
}

test.each([
  [declared(null), {}, { type: 'boolean', source: 'enabled' }],
  [declared(null), variants('a', 'b'), { type: 'string', source: 'variant' }],
  [declared('boolean'), variants('a', 'b'), { type: 'boolean', source: 'enabled' }],
  [declared('object'), variants('a', 'b'), { type: 'object', source: 'payload' }],
  [declared('number'), {}, { type: 'number', source: 'payload' }],
  [declared('number'), variants('1', '2'), { type: 'number', source: 'variant' }],
  [declared('string', 'payload'), variants('a'), { type: 'string', source: 'payload' }],
])('the rule of %j with %j', (given, filters, rule) => {
  expect(valueRuleOf(given, filters)).toEqual(rule);
});

test.each<[ValueType, ValueSource, Partial<Evaluation>, unknown]>([
  ['boolean', 'enabled', {}, true],
  ['boolean', 'enabled', { enabled: false }, false],
  ['boolean', 'variant', { variant: 'false' }, false],
  ['boolean', 'variant', { variant: 'holdout-3' }, undefined],
  ['boolean', 'payload', { payload: 'true' }, true],
  ['string', 'variant', { variant: 'blue' }, 'blue'],
  ['string', 'variant', {}, undefined],
  ['string', 'variant', { enabled: false }, undefined],
  ['string', 'payload', { payload: '"Hello"' }, 'Hello'],
  ['number', 'variant', { variant: '-2.5e3' }, -2500],
  ['number', 'variant', { variant: '0x10' }, undefined],
  ['number', 'variant', { variant: '9'.repeat(400) }, undefined],
  ['number', 'payload', { payload: '0' }, 0],
  ['object', 'payload', { payload: '{"a":[1]}' }, { a: [1] }],
  ['object', 'payload', { payload: '[1]' }, undefined],
  ['object', 'payload', { payload: 'null' }, undefined],
  ['object', 'payload', { payload: '{broken' }, undefined],
])('the %s value from %s of %j is %j', (type, source, outcome, value) => {
  expect(valueOf({ type, source }, anOutcome(outcome))).toEqual(value);
});

test.each<[ValueType | null, ValueSource | null, string | undefined]>([
  [null, null, undefined],
  ['object', 'payload', undefined],
  [null, 'payload', 'value_source'],
  ['string', 'enabled', 'value_source'],
  ['number', 'enabled', 'value_source'],
  ['object', 'variant', 'value_source'],
])('declaring %s from %s is wrong at %s', (type, source, attr) => {
  expect(checkDeclared(declared(type, source))?.attr).toBe(attr);
});

test.each([
  [declared(null), { payloads: { true: '5' } }, undefined],
  [declared('number'), variants('1', '2.5'), undefined],
  [declared('number'), variants('1', 'two'), 'filters.multivariate.variants.1.key'],
  [declared('boolean', 'variant'), variants('true', 'no'), 'filters.multivariate.variants.1.key'],
  [declared('string', 'variant'), {}, 'value_source'],
  [declared('object'), { payloads: { true: '{"a":1}', b: { c: 1 }, d: null } }, undefined],
  [declared('object'), { payloads: { true: '[1]' } }, 'filters.payloads.true'],
  [declared('number'), { payloads: { true: '"1"' } }, 'filters.payloads.true'],
])('values of %j in %j are wrong at %s', (given, filters, attr) => {
  expect(checkValues(given, filters)?.attr).toBe(attr);
});
