import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json';
import { findMisfit } from './payload-schema.client.ts';
import { findSchemaProblem, schemaCost } from './payload-schema.ts';

const LIMITS: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['limit'],
  additionalProperties: false,
  properties: {
    limit: { $ref: '#/$defs/size' },
    labels: { type: 'array', items: { type: 'string', maxLength: 10 }, uniqueItems: true },
    until: { type: 'string', format: 'date' },
  },
  $defs: { size: { type: 'integer', minimum: 1, maximum: 100 } },
};

test.each(['{"limit":20}', '{"limit":20,"labels":["a","b"],"until":"2026-12-01"}'])(
  'the payload %s fits',
  (payload) => {
    expect(findSchemaProblem(LIMITS)).toBeUndefined();
    expect(findMisfit(LIMITS, payload)).toBeUndefined();
  },
);

test.each([
  ['{}', /as a whole.*limit/],
  ['{"limit":0}', /at \/limit: 0 is less than 1/],
  ['{"limit":1.5}', /at \/limit/],
  ['{"limit":1,"labels":["a","a"]}', /at \/labels/],
  ['{"limit":1,"labels":["longer than ten"]}', /at \/labels\/0/],
  ['{"limit":1,"until":"tomorrow"}', /at \/until/],
  ['{"limit":1,"other":true}', /other/],
  ['[]', /as a whole/],
])('the payload %s does not fit: %s', (payload, misfit) => {
  expect(findMisfit(LIMITS, payload)).toMatch(misfit);
});

test.each([
  [{ type: 'strng' }, 'payload_schema.type', /one of array/],
  [{ type: [] }, 'payload_schema.type', /one of/],
  [{ properties: { a: { minimum: '1' } } }, 'payload_schema.properties.a.minimum', /a number/],
  [{ requred: ['a'] }, 'payload_schema.requred', /not supported/],
  [{ required: 'a' }, 'payload_schema.required', /list of texts/],
  [{ anyOf: [{}, { enum: [] }] }, 'payload_schema.anyOf.1.enum', /list of values/],
  [{ anyOf: [] }, 'payload_schema.anyOf', /list of schemas/],
  [{ items: 'string' }, 'payload_schema.items', /Must be a schema/],
  [{ pattern: '(a+)+$' }, 'payload_schema.pattern', /Regular expressions/],
  [{ patternProperties: { '^a': {} } }, 'payload_schema.patternProperties', /Regular expressions/],
  [{ $ref: 'https://example.com/schema' }, 'payload_schema.$ref', /#\/\$defs/],
  [{ $ref: '#/$defs/none' }, 'payload_schema.$ref', /#\/\$defs/],
  [{ $ref: '#/$defs/toString', $defs: {} }, 'payload_schema.$ref', /#\/\$defs/],
  [
    { $defs: { a: { items: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
    'payload_schema',
    /itself/,
  ],
  [{ format: 'url' }, 'payload_schema.format', /one of date/],
  [{ multipleOf: 0 }, 'payload_schema.multipleOf', /above 0/],
  [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'payload_schema.$schema', /2020-12/],
  [{ description: 'x'.repeat(60_000) }, 'payload_schema', /longer than/],
])('the schema %j is refused at %s', (schema, attr, detail) => {
  expect(findSchemaProblem(schema as JsonObject)).toMatchObject({
    attr,
    detail: expect.stringMatching(detail),
  });
});

test('references that double at each step are counted, not followed for ever', () => {
  const steps = Array.from({ length: 40 }, (_, i) => i);
  const $defs = Object.fromEntries(
    steps.map((i) => {
      const next = { $ref: `#/$defs/s${i + 1}` };
      return [`s${i}`, i === 39 ? {} : { allOf: [next, next] }];
    }),
  );
  const schema = { $defs, $ref: '#/$defs/s0' };
  expect(findSchemaProblem(schema)?.detail).toMatch(/more than 1000 parts/);
});

test('a check that would cost too much is refused instead of made', () => {
  const unique: JsonObject = { type: 'array', uniqueItems: true };
  const long = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => i));
  expect(findMisfit(unique, long)).toMatch(/too large/);
  expect(findMisfit({ type: 'array' }, long)).toBeUndefined();
  expect(schemaCost(unique)).toEqual({ positions: 1, uniqueLists: 1 });
});

test('a payload nested deeper than the stack is refused, not a crash', () => {
  const deep = '['.repeat(40_000) + ']'.repeat(40_000);
  expect(findMisfit({ enum: [JSON.parse(deep)] }, deep)).toMatch(/nested too deeply|too large/);
});

test('any schema is judged, and a usable one checks any payload, without throwing', () => {
  const keywords = ['type', 'properties', 'items', 'anyOf', '$ref', '$defs', 'enum', 'required'];
  const schemas = fc.dictionary(fc.constantFrom(...keywords), fc.jsonValue());
  fc.assert(
    fc.property(schemas, fc.json(), (schema, payload) => {
      const problem = findSchemaProblem(schema as JsonObject);
      if (!problem) findMisfit(schema as JsonObject, payload);
      expect(problem?.attr ?? 'payload_schema').toMatch(/^payload_schema/);
    }),
  );
});
