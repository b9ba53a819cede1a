// Checks files of test vectors against the functions of this folder (and others that are handed in): whether a
// result is within the tolerance. Reading files is left to scripts/vectors.ts.
import { EXPERIMENT_METHODS } from './experiment-vectors.ts';
import { ROLLOUT_METHODS } from './rollout-vectors.ts';
import type { Fields, VectorMethods } from './vector-input.ts';

/** One vector as files hold it. Tolerances are alternatives: meeting one is enough. */
export type Vector = {
  readonly name: string;
  readonly method: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: { readonly rel: number; readonly abs: number };
};

export type VectorResult = { readonly name: string; readonly failure: string | null };

/** Runs every vector of a parsed file; a vector that cannot be run at all counts as failed. */
export function checkVectors(vectors: readonly Vector[], more: VectorMethods = {}): VectorResult[] {
  const methods = { ...ROLLOUT_METHODS, ...EXPERIMENT_METHODS, ...more };
  return vectors.map((vector) => ({ name: vector.name, failure: failureOf(vector, methods) }));
}

function failureOf(vector: Vector, methods: VectorMethods): string | null {
  const method = methods[vector.method];
  if (!method) return `no function is known as "${vector.method}"`;
  try {
    const actual = method(vector.input) as Fields;
    const wrong = Object.keys(vector.expected).filter(
      (field) => !isClose(actual[field], vector.expected[field], vector.tolerance),
    );
    if (wrong.length === 0) return null;
    const say = (field: string) =>
      `${field}: got ${JSON.stringify(actual[field])}, expected ${JSON.stringify(vector.expected[field])}`;
    return wrong.map(say).join('; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isClose(actual: unknown, expected: unknown, tolerance: Vector['tolerance']): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((value, i) => isClose(actual[i], value, tolerance));
  }
  if (typeof expected === 'object' && expected !== null) {
    const fields = (actual ?? {}) as Fields;
    return Object.entries(expected).every(([field, value]) =>
      isClose(fields[field], value, tolerance),
    );
  }
  if (typeof expected !== 'number' || typeof actual !== 'number') return actual === expected;
  const error = Math.abs(actual - expected);
  return (
    error <= tolerance.abs || error <= tolerance.rel * Math.abs(expected) || actual === expected
  );
}
