// The answer to a request for flags, in each shape that SDKs have asked for over the years. Outcomes of
// the evaluator are shared objects, so the JSON text of each is made once and kept with it.
import type { Evaluation, FlagDefinition, ReasonCode } from '#flags/flag';
import type { RemoteConfig } from './remote-config.ts';

/** Everything that one answer is made of. */
export type FlagsAnswer = {
  /** In the order in which they are written. */
  readonly evaluations: readonly Evaluation[];
  readonly definitionOf: (key: string) => FlagDefinition | undefined;
  /** UUID; SDKs report it with `$feature_flag_called`. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly evaluatedAtMs: number;
  /** Merged in at the top level for SDKs that ask for everything at once. */
  readonly config?: RemoteConfig | undefined;
};

/** Which shape is wanted: lists of keys (1), maps (2, 3), or details (4, which `/flags` calls 2). */
export type FlagsShape = 'keys' | 'enabled-map' | 'map-with-payloads' | 'details';

/** JSON text of an answer. */
export function flagsResponseJson(shape: FlagsShape, answer: FlagsAnswer): string {
  if (shape === 'details') return detailsJson(answer);
  const config = answer.config ?? {};
  const enabled = answer.evaluations.filter((evaluation) => evaluation.enabled);
  switch (shape) {
    case 'keys':
      return JSON.stringify({ ...config, featureFlags: enabled.map(({ key }) => key) });
    case 'enabled-map':
      return JSON.stringify({ ...config, featureFlags: valuesOf(enabled) });
    case 'map-with-payloads':
      return JSON.stringify({
        ...config,
        errorsWhileComputingFlags: hasFailures(answer.evaluations),
        // A flag that failed is left out, so that the SDK does not take it for switched off.
        featureFlags: valuesOf(answer.evaluations.filter(({ failed }) => !failed)),
        featureFlagPayloads: payloadsOf(enabled),
      });
  }
}

type Texts = {
  /** `"key":{…}` as it stands in `flags`. */
  readonly details: string;
  /** `"key":"payload"` or the empty text. */
  readonly payload: string;
};

const texts = new WeakMap<Evaluation, Texts>();

function detailsJson(answer: FlagsAnswer): string {
  let details = '';
  let payloads = '';
  let isPartial = false;
  for (const evaluation of answer.evaluations) {
    const text = texts.get(evaluation) ?? makeTexts(evaluation, answer.definitionOf);
    details = details === '' ? text.details : `${details},${text.details}`;
    if (text.payload !== '') {
      payloads = payloads === '' ? text.payload : `${payloads},${text.payload}`;
    }
    if (evaluation.failed) isPartial = true;
  }
  const config = answer.config ? `${JSON.stringify(answer.config).slice(1, -1)},` : '';
  // posthog-js `getRemoteConfigPayload` reads the older `featureFlagPayloads`; others pass over it.
  return (
    `{${config}"errorsWhileComputingFlags":${isPartial},"flags":{${details}},` +
    `"featureFlagPayloads":{${payloads}},` +
    `"requestId":${JSON.stringify(answer.requestId)},"evaluatedAt":${answer.evaluatedAtMs}}`
  );
}

function makeTexts(evaluation: Evaluation, definitionOf: FlagsAnswer['definitionOf']): Texts {
  const { key, payload } = evaluation;
  const name = JSON.stringify(key);
  const made = {
    details: `${name}:${JSON.stringify(detailsOf(evaluation, definitionOf(key)))}`,
    payload: payload === null ? '' : `${name}:${JSON.stringify(payload)}`,
  };
  texts.set(evaluation, made);
  return made;
}

/** One flag as v2 answers have it. Go decodes strictly: ids and versions are integers, indexes too. */
function detailsOf(evaluation: Evaluation, definition: FlagDefinition | undefined) {
  const { key, enabled, variant, reason, payload, failed } = evaluation;
  return {
    key,
    enabled,
    variant,
    ...(failed ? { failed: true } : {}),
    reason: {
      code: reason.code,
      condition_index: reason.conditionIndex,
      description: describe(reason.code, reason.conditionIndex),
    },
    metadata: {
      id: definition?.id ?? 0,
      version: definition?.version ?? 0,
      description: null,
      payload,
      has_experiment: definition?.hasExperiment ?? false,
    },
  };
}

const DESCRIPTIONS: Record<ReasonCode, string> = {
  super_condition_value: 'Opted in or out by the person',
  holdout_condition_value: 'Held out of all experiments',
  condition_match: 'Matched condition set',
  out_of_rollout_bound: 'Outside the rollout percentage',
  no_condition_match: 'No condition set matched',
  no_group_type: 'The request names no such group',
  flag_disabled: 'The flag is switched off',
  missing_dependency: 'A flag that this one depends on is missing',
};

function describe(code: ReasonCode, conditionIndex: number | null): string {
  const text = DESCRIPTIONS[code];
  const isNumbered = code === 'condition_match' && conditionIndex !== null;
  return isNumbered ? `${text} ${conditionIndex + 1}` : text;
}

function hasFailures(evaluations: readonly Evaluation[]): boolean {
  return evaluations.some(({ failed }) => failed);
}

function valuesOf(evaluations: readonly Evaluation[]): Record<string, boolean | string> {
  return Object.fromEntries(
    evaluations.map(({ key, enabled, variant }) => [key, enabled && (variant ?? true)]),
  );
}

function payloadsOf(evaluations: readonly Evaluation[]): Record<string, string> {
  return Object.fromEntries(
    evaluations.flatMap(({ key, payload }) => (payload === null ? [] : [[key, payload]])),
  );
}
