// Which JSON Schemas a flag may have for its payloads: those whose check is sure to end soon. No regular
// expressions, no schema that refers to itself or elsewhere, and a bound on the work that one check may cost.
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';

/** What is wrong, with the dotted path of the field (`payload_schema.properties.limit.type`). */
export type SchemaProblem = { readonly attr: string; readonly detail: string };

/** 50 kB of JSON text: far above any schema that people write by hand. */
const MAX_SCHEMA_CHARACTERS = 50_000;
/** Schemas counted as often as references lead to them. */
const MAX_POSITIONS = 1_000;
const MAX_DEPTH = 50;

const DRAFTS = /^https?:\/\/json-schema\.org\/(?:draft\/(?:2020-12|2019-09)|draft-07)\/schema#?$/;
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
/** Those whose check is linear in the text (@cfworker/json-schema 4.1); its `url` and others are not. */
const FORMATS = [
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'json-pointer',
  'time',
  'uuid',
];

type Check = (value: JsonValue) => string | undefined;

const isText = (value: JsonValue): value is string => typeof value === 'string';
const texts: Check = (value) =>
  Array.isArray(value) && value.every(isText) ? undefined : 'Must be a list of texts.';
const number: Check = (value) => (typeof value === 'number' ? undefined : 'Must be a number.');
const count: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0
    ? undefined
    : 'Must be a whole number, 0 or more.';
const boolean: Check = (value) =>
  typeof value === 'boolean' ? undefined : 'Must be true or false.';
const anything: Check = () => undefined;
const oneOf =
  (names: readonly string[]): Check =>
  (value) =>
    isText(value) && names.includes(value) ? undefined : `Must be one of ${names.join(', ')}.`;
const noRegex: Check = () => 'Regular expressions are not run on payloads; use enum or format.';

/** Keywords that hold no schema. */
const PLAIN: Readonly<Record<string, Check>> = {
  $comment: anything,
  $schema: (value) =>
    isText(value) && DRAFTS.test(value) ? undefined : 'Must be draft 2020-12, 2019-09 or 07.',
  const: anything,
  default: anything,
  dependentRequired: (value) =>
    isJsonObject(value)
      ? Object.values(value).map(texts).find(Boolean)
      : 'Must name lists of properties.',
  deprecated: boolean,
  description: anything,
  enum: (value) =>
    Array.isArray(value) && value.length > 0 ? undefined : 'Must be a list of values.',
  examples: anything,
  exclusiveMaximum: number,
  exclusiveMinimum: number,
  format: oneOf(FORMATS),
  maxContains: count,
  maxItems: count,
  maxLength: count,
  maxProperties: count,
  maximum: number,
  minContains: count,
  minItems: count,
  minLength: count,
  minProperties: count,
  minimum: number,
  multipleOf: (value) =>
    typeof value === 'number' && value > 0 ? undefined : 'Must be a number above 0.',
  pattern: noRegex,
  patternProperties: noRegex,
  readOnly: boolean,
  required: texts,
  title: anything,
  type: (value) =>
    Array.isArray(value) && value.length > 0
      ? value.map(oneOf(TYPES)).find(Boolean)
      : oneOf(TYPES)(value),
  uniqueItems: boolean,
  writeOnly: boolean,
};

const HOLDS_SCHEMA = new Set([
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const HOLDS_LIST = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const HOLDS_MAP = new Set(['$defs', 'definitions', 'dependentSchemas', 'properties']);
const DEFINITIONS = new Set(['$defs', 'definitions']);
const REF = /^#\/(\$defs|definitions)\/([^/~%]+)$/;

/** How much one check may cost: schemas to look at, and lists to compare within. */
export type SchemaCost = { readonly positions: number; readonly uniqueLists: number };

/** The first thing that keeps a schema from being used; undefined when there is none. */
export function findSchemaProblem(schema: JsonObject): SchemaProblem | undefined {
  const attr = 'payload_schema';
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS) {
    return { attr, detail: `The schema is longer than ${MAX_SCHEMA_CHARACTERS} characters.` };
  }
  const found = problemIn(schema, attr, schema, 0);
  if (found) return found;
  const cost = schemaCost(schema);
  if (cost === undefined) return { attr, detail: 'A schema must not refer to itself.' };
  if (cost.positions <= MAX_POSITIONS) return undefined;
  return { attr, detail: `With its references it has more than ${MAX_POSITIONS} parts.` };
}

function problemIn(
  schema: JsonValue,
  path: string,
  root: JsonObject,
  depth: number,
): SchemaProblem | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isJsonObject(schema))
    return { attr: path, detail: 'Must be a schema: an object or true or false.' };
  if (depth > MAX_DEPTH) return { attr: path, detail: `Schemas nest at most ${MAX_DEPTH} deep.` };
  for (const [keyword, value] of Object.entries(schema)) {
    const attr = `${path}.${keyword}`;
    const detail = keywordProblem(keyword, value, root);
    if (detail !== undefined) return { attr, detail };
    for (const [name, inner] of innerSchemas(keyword, value)) {
      const found = problemIn(inner, name === '' ? attr : `${attr}.${name}`, root, depth + 1);
      if (found) return found;
    }
  }
  return undefined;
}

function keywordProblem(keyword: string, value: JsonValue, root: JsonObject): string | undefined {
  if (HOLDS_SCHEMA.has(keyword)) return undefined;
  if (HOLDS_LIST.has(keyword)) {
    return Array.isArray(value) && value.length > 0 ? undefined : 'Must be a list of schemas.';
  }
  if (HOLDS_MAP.has(keyword)) return isJsonObject(value) ? undefined : 'Must name schemas.';
  if (keyword === '$ref') {
    return targetOf(value, root) === undefined
      ? 'Must name a schema in $defs: "#/$defs/name".'
      : undefined;
  }
  if (!Object.hasOwn(PLAIN, keyword)) return 'This keyword is not supported.';
  return PLAIN[keyword]?.(value);
}

/** The schemas that a keyword holds, each with its name within the keyword. */
function innerSchemas(keyword: string, value: JsonValue): [string, JsonValue][] {
  if (HOLDS_SCHEMA.has(keyword)) return [['', value]];
  const isMany = HOLDS_LIST.has(keyword) || HOLDS_MAP.has(keyword);
  return isMany ? Object.entries(value as Readonly<Record<string, JsonValue>>) : [];
}

function targetOf(ref: JsonValue, root: JsonObject): JsonValue | undefined {
  const [, place, name] = (isText(ref) && REF.exec(ref)) || [];
  if (place === undefined || name === undefined) return undefined;
  const definitions = root[place];
  return isJsonObject(definitions) && Object.hasOwn(definitions, name)
    ? definitions[name]
    : undefined;
}

/** What a check against a sound schema costs; undefined when the schema refers to itself. */
export function schemaCost(root: JsonObject): SchemaCost | undefined {
  const known = new Map<JsonValue, SchemaCost | 'open'>();
  const costOf = (schema: JsonValue): SchemaCost | undefined => {
    if (!isJsonObject(schema)) return { positions: 1, uniqueLists: 0 };
    const before = known.get(schema);
    if (before !== undefined) return before === 'open' ? undefined : before;
    known.set(schema, 'open');
    let positions = 1;
    let uniqueLists = schema['uniqueItems'] === true ? 1 : 0;
    for (const [keyword, value] of Object.entries(schema)) {
      if (Array.isArray(value)) positions += value.length;
      const inner = keyword === '$ref' ? [targetOf(value, root) ?? true] : checked(keyword, value);
      for (const part of inner) {
        const cost = costOf(part);
        if (cost === undefined) return undefined;
        positions += cost.positions;
        uniqueLists += cost.uniqueLists;
      }
    }
    const cost = { positions, uniqueLists };
    known.set(schema, cost);
    return cost;
  };
  return costOf(root);
}

/** Definitions count where they are referred to, not where they stand. */
function checked(keyword: string, value: JsonValue): JsonValue[] {
  return DEFINITIONS.has(keyword) ? [] : innerSchemas(keyword, value).map(([, inner]) => inner);
}
