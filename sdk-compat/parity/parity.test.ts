// The proof that flags mean the same everywhere: generated flags for generated people, evaluated by Serin's
// core, by `/flags`, by posthog-node and by posthog-python. All agree, but for the listed differences.
import { expect, inject, test } from 'vitest';
import { type CohortDefinition, conditionsOf } from '../../server/src/cohorts/cohort.ts';
import { reachableCohorts } from '../../server/src/cohorts/served-cohort.ts';
import type { FlagDefinition, Group, Property } from '../../server/src/flags/flag.ts';
import { createRng } from '../../server/src/kernel/rng.ts';
import { missingForPython } from '../python/venv.ts';
import { type Cell, DIFFERENCES, type Sdk } from './differences.ts';
import {
  type Outcomes,
  byCore,
  byNode,
  byPython,
  byServer,
  readCohorts,
  readDefinitions,
} from './evaluators.ts';
import { createCohorts } from './generate-cohorts.ts';
import { generateFlags } from './generate-flags.ts';
import { type Somebody, generatePeople } from './generate-people.ts';
import { groupTypesKnown, openProject, saveFlags } from './project.ts';

/** Another one finds other flags: SERIN_PARITY_SEED=7 npm run test:compat -- parity. */
const SEED = Number(process.env['SERIN_PARITY_SEED'] ?? 1);
const FLAGS = 240;
const PEOPLE = 200;
/** Of thousands that one fault can cause, a few tell enough. */
const SHOWN = 3;

test('core, server, posthog-node and posthog-python agree', async ({ annotate }) => {
  const serin = inject('serin');
  const project = await openProject(serin);
  const rng = createRng(SEED);
  const holdouts = [0, 10, 35].map((exclusion_percentage) =>
    project.ask<{ id: number }>('POST', 'holdouts/', { name: 'Nobody new', exclusion_percentage }),
  );
  const holdoutIds = (await Promise.all(holdouts)).map(({ id }) => id);
  const cohorts = await createCohorts(rng, project, PEOPLE);
  const flags = generateFlags(rng, FLAGS, PEOPLE, { holdoutIds, cohortIds: cohorts.ids });
  await saveFlags(project, flags);
  await groupTypesKnown(serin, project);
  const definitions = await readDefinitions(
    project,
    new Map(flags.map(({ fields, overrides }) => [fields.key, overrides])),
  );
  const enrollable = definitions.filter(({ filters }) => filters.feature_enrollment);
  const enrollmentKeys = enrollable.map(({ key }) => `$feature_enrollment/${key}`);
  const listed = new Set(cohorts.listed);
  const listing = cohorts.ids.slice(-1);
  const people = generatePeople(rng, PEOPLE, enrollmentKeys, (id) =>
    listed.has(id) ? listing : [],
  );

  const known = await readCohorts(project);
  const core = byCore(definitions, known, people);
  const server = await byServer(serin, project, people);
  expect(server).toEqual(core);
  const compared = core.flatMap(({ values }) => Object.keys(values)).length;
  const counts = [`core and server agree on ${compared} values, payloads and reasons`];

  const judge = createJudge(conditionsByFlag(definitions, known), people, server);
  const verdicts = [judge('posthog-node', await byNode(serin, project, people))];
  const missing = missingForPython();
  if (missing === undefined) {
    verdicts.push(judge('posthog-python', await byPython(serin, project, people)));
  }
  counts.push(...verdicts.map(inWords));
  if (missing !== undefined) counts.push(`posthog-python was not run: ${missing}`);
  expect(verdicts.flatMap(({ unexplained }) => unexplained).slice(0, SHOWN)).toEqual([]);
  // SDKs that ask the server for everything would agree as well.
  expect(Math.min(...verdicts.map(({ agreed }) => agreed))).toBeGreaterThan(compared / 5);
  for (const line of counts) await annotate(line);
  console.log(`parity (seed ${SEED}): ${counts.join('; ')}.`);
});

type Verdict = {
  readonly sdk: Sdk;
  agreed: number;
  /** Left to the server. */
  asked: number;
  /** By the name of the difference that explains them. */
  readonly explained: Map<string, number>;
  readonly unexplained: object[];
};

/** Compares what an SDK decided by itself with what the server says. */
function createJudge(
  conditionsFor: (key: string) => readonly (readonly Group[])[],
  people: readonly Somebody[],
  server: readonly Outcomes[],
) {
  return (sdk: Sdk, local: readonly Outcomes[]): Verdict => {
    const verdict: Verdict = { sdk, agreed: 0, asked: 0, explained: new Map(), unexplained: [] };
    for (const [index, person] of people.entries()) {
      const there = server[index] as Outcomes;
      const here = local[index] as Outcomes;
      for (const [key, value] of Object.entries(there.values)) {
        const own = here.values[key];
        if (own === undefined) verdict.asked += 1;
        else if (own === value && isSamePayload(here.payloads[key], there.payloads[key])) {
          verdict.agreed += 1;
        } else {
          const cell: Cell = { sdk, person, conditions: conditionsFor(key) };
          const found = DIFFERENCES.find(({ applies }) => applies(cell));
          if (found) verdict.explained.set(found.id, (verdict.explained.get(found.id) ?? 0) + 1);
          else {
            const payloads = [here.payloads[key], there.payloads[key]];
            verdict.unexplained.push({ key, own, value, payloads, ...cell });
          }
        }
      }
    }
    return verdict;
  };
}

const isSamePayload = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** Condition sets of a flag and of all that it needs, with the conditions of cohorts in their place. */
function conditionsByFlag(
  definitions: readonly FlagDefinition[],
  cohorts: readonly CohortDefinition[],
) {
  const byId = new Map(cohorts.map((cohort) => [cohort.id, cohort]));
  const spelt = (property: Property): Property[] =>
    property.type === 'cohort'
      ? reachableCohorts([Number(property.value)], byId).flatMap(({ filters }) =>
          conditionsOf(filters.properties).flatMap((one) => (one.type === 'person' ? [one] : [])),
        )
      : [property];
  const withCohorts = (group: Group): Group => ({
    ...group,
    properties: (group.properties ?? []).flatMap(spelt),
  });
  const byName = new Map(definitions.map((flag) => [flag.key, flag] as const));
  for (const flag of definitions) byName.set(String(flag.id), flag);
  return (name: string): Group[][] => {
    const seen = new Set<FlagDefinition>();
    const visit = (flag: FlagDefinition | undefined): void => {
      if (!flag || seen.has(flag)) return;
      seen.add(flag);
      visit(byName.get(String(flag.killSwitchId)));
      for (const { key, type } of flag.filters.groups.flatMap(({ properties }) => properties ?? []))
        if (type === 'flag') visit(byName.get(key));
    };
    visit(byName.get(name));
    return [...seen].map(({ filters }) => filters.groups.map(withCohorts));
  };
}

function inWords({ sdk, agreed, asked, explained, unexplained }: Verdict): string {
  const known = [...explained].map(([id, count]) => `${count} ${id}`).join(', ') || 'none';
  return `${sdk}: ${agreed} values and payloads agree, ${asked} left to the server, listed differences: ${known}, others: ${unexplained.length}`;
}
