// Four ways to evaluate every flag for every person: Serin's core in this process, `/flags`, posthog-node and
// posthog-python with their own local evaluation.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PostHog } from 'posthog-node';
import type { CohortDefinition, CohortFilters } from '../../server/src/cohorts/cohort.ts';
import { compileCohorts } from '../../server/src/cohorts/compile-cohort.ts';
import { compileFlagSet, evaluateFlags } from '../../server/src/flags/flag-set.ts';
import type { Evaluation, FlagDefinition, Filters } from '../../server/src/flags/flag.ts';
import type { JsonObject } from '../../server/src/kernel/json.ts';
import { compileRe2 } from '../../server/src/properties/regex.client.ts';
import type { SerinAddress } from '../global-setup.ts';
import { pythonWithSdks } from '../python/venv.ts';
import { GROUP_TYPES, type Somebody } from './generate-people.ts';
import { type ParityProject, inTurns } from './project.ts';

type FlagValue = boolean | string;
/** What came out for one person; a flag that is absent was not decided. */
export type Outcomes = {
  readonly values: Readonly<Record<string, FlagValue>>;
  /** Parsed JSON, of flags that have one. */
  readonly payloads: Readonly<Record<string, unknown>>;
  /** `code index`, where it is told. */
  readonly reasons?: Readonly<Record<string, string>>;
};

/** The core as it runs in any process: definitions in, outcomes out. */
export function byCore(
  definitions: readonly FlagDefinition[],
  cohorts: readonly CohortDefinition[],
  people: readonly Somebody[],
): Outcomes[] {
  const set = compileFlagSet(definitions, {
    compileRegex: compileRe2,
    cohorts: compileCohorts(cohorts, compileRe2),
  });
  const isOffered = ({ evaluationRuntime }: FlagDefinition) => evaluationRuntime !== 'client';
  const context = { nowMs: Date.now(), groupTypes: GROUP_TYPES };
  return people.map((person) => {
    const subject = {
      ...person,
      personProperties: person.personProperties as JsonObject,
      groupProperties: person.groupProperties as Record<string, JsonObject>,
    };
    const found = evaluateFlags(set, subject, context, { isOffered });
    return outcomesOf(found.map((one) => [one.key, one]));
  });
}

function outcomesOf(found: readonly (readonly [string, Evaluation])[]): Outcomes {
  return {
    values: Object.fromEntries(
      found.map(([key, { enabled, variant }]) => [key, enabled && (variant ?? true)]),
    ),
    payloads: Object.fromEntries(
      found.flatMap(([key, { payload }]) => (payload === null ? [] : [[key, JSON.parse(payload)]])),
    ),
    reasons: Object.fromEntries(
      found.map(([key, { reason }]) => [key, `${reason.code} ${reason.conditionIndex}`]),
    ),
  };
}

type Answer = {
  readonly errorsWhileComputingFlags: boolean;
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly enabled: boolean;
        readonly variant: string | null;
        readonly reason: { readonly code: string; readonly condition_index: number | null };
        readonly metadata: { readonly payload: string | null };
      }
    >
  >;
};

/** The server, asked as a server SDK asks. */
export async function byServer(
  serin: SerinAddress,
  project: ParityProject,
  people: readonly Somebody[],
): Promise<Outcomes[]> {
  const outcomes: Outcomes[] = [];
  await inTurns([...people.entries()], async ([index, person]) => {
    const answer = await fetch(`${serin.url}/flags/?v=2`, {
      method: 'POST',
      body: JSON.stringify({
        token: project.token,
        distinct_id: person.distinctId,
        person_properties: person.personProperties,
        groups: person.groups,
        group_properties: person.groupProperties,
        $device_id: person.deviceId,
        evaluation_runtime: 'server',
      }),
    });
    const { flags, errorsWhileComputingFlags } = (await answer.json()) as Answer;
    if (errorsWhileComputingFlags) throw new Error(`flags failed for ${person.distinctId}`);
    const entries = Object.entries(flags).map(([key, { enabled, variant, reason, metadata }]) => {
      const told = { code: reason.code, conditionIndex: reason.condition_index };
      const { payload } = metadata;
      return [key, { enabled, variant, payload, reason: told } as Evaluation] as const;
    });
    outcomes[index] = outcomesOf(entries);
  });
  return outcomes;
}

export async function byNode(
  serin: SerinAddress,
  project: ParityProject,
  people: readonly Somebody[],
): Promise<Outcomes[]> {
  const client = new PostHog(project.token, {
    host: serin.url,
    personalApiKey: serin.personalApiKey,
    featureFlagsPollingInterval: 3_600_000,
  });
  try {
    await client.waitForLocalEvaluationReady(30_000);
    const outcomes: Outcomes[] = [];
    for (const person of people) {
      const { featureFlags, featureFlagPayloads } = await client.getAllFlagsAndPayloads(
        person.distinctId,
        {
          groups: person.groups,
          personProperties: person.personProperties as Record<string, string>,
          groupProperties: person.groupProperties as Record<string, Record<string, string>>,
          onlyEvaluateLocally: true,
        },
      );
      outcomes.push({
        values: featureFlags as Outcomes['values'],
        payloads: (featureFlagPayloads ?? {}) as Outcomes['payloads'],
      });
    }
    return outcomes;
  } finally {
    await client.shutdown();
  }
}

const PARITY_PY = fileURLToPath(new URL('./parity.py', import.meta.url));

/** One process for all people: starting Python takes longer than evaluating. */
export async function byPython(
  serin: SerinAddress,
  project: ParityProject,
  people: readonly Somebody[],
): Promise<Outcomes[]> {
  const folder = await mkdtemp(join(tmpdir(), 'serin-parity-'));
  try {
    const task = join(folder, 'task.json');
    const { url, personalApiKey } = serin;
    await writeFile(
      task,
      JSON.stringify({ url, token: project.token, personal_api_key: personalApiKey, people }),
    );
    const { stdout } = await promisify(execFile)(pythonWithSdks(), [PARITY_PY, task], {
      maxBuffer: 256 * 1024 * 1024,
    });
    const { answers } = JSON.parse(stdout) as {
      answers: { values: Outcomes['values']; payloads: Record<string, unknown> }[];
    };
    return answers.map(({ values, payloads }) => ({
      values,
      payloads: Object.fromEntries(
        Object.entries(payloads).map(([key, payload]) => [
          key,
          typeof payload === 'string' ? JSON.parse(payload) : payload,
        ]),
      ),
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The flags as the management API answers them, in the form that the core takes. */
export async function readDefinitions(
  project: ParityProject,
  overrides: ReadonlyMap<string, FlagDefinition['overrides']>,
): Promise<FlagDefinition[]> {
  const { results } = await project.ask<{ results: FlagBody[] }>(
    'GET',
    'feature_flags/?limit=1000&order=key',
  );
  const idOf = new Map(results.map(({ key, id }) => [key, id]));
  return results.map((flag) => ({
    id: flag.id,
    key: flag.key,
    name: flag.name,
    active: flag.active,
    filters: flag.filters,
    version: flag.version,
    evaluationRuntime: flag.evaluation_runtime,
    evaluationContexts: flag.evaluation_contexts,
    bucketingIdentifier: flag.bucketing_identifier,
    ensureExperienceContinuity: flag.ensure_experience_continuity,
    hasExperiment: false,
    isRemoteConfiguration: flag.is_remote_configuration,
    valueType: null,
    valueSource: null,
    killSwitchId: flag.kill_switch === null ? null : (idOf.get(flag.kill_switch) ?? null),
    overrides: overrides.get(flag.key) ?? [],
  }));
}

/** The cohorts as the management API answers them, in the form that the core takes. */
export async function readCohorts(project: ParityProject): Promise<CohortDefinition[]> {
  const { results } = await project.ask<{
    results: { id: number; name: string; is_static: boolean; filters: CohortFilters }[];
  }>('GET', 'cohorts/');
  return results.map(({ id, name, is_static: isStatic, filters }) => ({
    id,
    name,
    isStatic,
    filters,
    version: 1,
  }));
}

type FlagBody = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly active: boolean;
  readonly filters: Filters;
  readonly version: number;
  readonly evaluation_runtime: FlagDefinition['evaluationRuntime'];
  readonly evaluation_contexts: readonly string[];
  readonly bucketing_identifier: FlagDefinition['bucketingIdentifier'];
  readonly ensure_experience_continuity: boolean;
  readonly is_remote_configuration: boolean;
  readonly kill_switch: string | null;
};
