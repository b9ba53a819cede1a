// Checks payloads against JSON Schemas that `payload-schema.ts` found usable, with a validator that interprets
// the schema: nothing is compiled to code.
import { Validator } from '@cfworker/json-schema';
import type { JsonObject } from '#kernel/json';
import { schemaCost } from './payload-schema.ts';

/** Parts of the schema times characters of the payload; 0.1 s at most (measured, Node 24). */
const MAX_WORK = 10_000_000;

/** Why a payload (JSON text) does not fit, with the place in it; undefined when it fits. */
export function findMisfit(schema: JsonObject, payload: string): string | undefined {
  const { positions, uniqueLists } = schemaCost(schema) ?? { positions: Infinity, uniqueLists: 0 };
  const size = payload.length;
  // Lists without repeats compare each element with each other one.
  if (positions * size + uniqueLists * size * size > MAX_WORK) {
    return 'it is too large to be checked against this schema.';
  }
  try {
    const { valid, errors } = new Validator(schema, '2020-12').validate(JSON.parse(payload));
    if (valid) return undefined;
    const deepest = errors.reduce((best, error) =>
      depthOf(error.instanceLocation) >= depthOf(best.instanceLocation) ? error : best,
    );
    const place = deepest.instanceLocation.replace(/^#/, '');
    return `${place === '' ? 'as a whole' : `at ${place}`}: ${deepest.error}`;
  } catch {
    return 'it is nested too deeply to be checked.';
  }
}

const depthOf = (location: string): number => location.split('/').length;
