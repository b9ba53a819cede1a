// What a message about a rollout's move says beside its sentence, and where it leads.
import { capital, type Units } from '#kernel/units';
import { countsPeople, type Guardrail } from '#metrics/guardrail';
import type { Assessment } from '#metrics/verdict';
import type { Fact, Link, NotificationType } from '#notify/message';
import type { Transition } from './gate/rollout.ts';
import { describeCounts } from './gate/words.ts';
import { recordingsUrl } from './incident/recordings-link.ts';
import type { RolloutNews } from './news.ts';
import { behindOf } from './plan/guardrail-behind.ts';
import { describeWayBack } from './plan/way-back.ts';
import { unitsOf } from './plan/plan.ts';

/** Guardrails at fault, the strongest first; of what is only told, those it is told of. */
export function culpritsOf({ verdict, transition }: RolloutNews): readonly string[] {
  if (!verdict) return [];
  const { culprits, noticed } = verdict;
  return culprits.length === 0 && transition.type === 'noted' ? noticed : culprits;
}

/** Where a message leads, the most useful first: some receivers show five. */
export function linksOf(news: RolloutNews, type: NotificationType): Link[] {
  const { flagKey, environment, incidentId, rolloutId } = news;
  const at = `?environment=${environment.key}`;
  const flagUrl = `/feature-flags/${flagKey}${at}`;
  const asks = ASKS_FOR_PEOPLE.has(news.transition.type);
  return [
    ...(type === 'rollout.completed'
      ? [{ text: 'Remove the flag from the code', url: `${flagUrl}&tab=use` }]
      : []),
    ...(incidentId === null
      ? []
      : [{ text: 'Open the incident', url: `/incidents/${incidentId}${at}` }]),
    ...(asks || news.transition.flag === 'rollback'
      ? [{ text: 'Watch recordings with the change', url: recordingsOf(news) }]
      : []),
    { text: 'Open the rollout', url: `/rollouts/${rolloutId}${at}` },
    ...(asks ? [killLink(news)] : []),
    { text: 'Open the flag', url: flagUrl },
  ];
}

/** Where the change can be taken from everybody at once. */
function killLink({ flagKey, environment, killSwitchKey }: RolloutNews): Link {
  const at = `?environment=${environment.key}`;
  return killSwitchKey === null
    ? { text: `Kill: switch ${flagKey} off`, url: `/feature-flags/${flagKey}${at}` }
    : {
        text: `Kill: switch ${killSwitchKey} on`,
        url: `/feature-flags/${killSwitchKey}${at}`,
      };
}

/** Sessions with the change in which the harm of a guardrail at fault happened. */
function recordingsOf(news: RolloutNews): string {
  const { plan, environment, flagKey } = news;
  const [first] = culpritsOf(news);
  const culprit = plan.guardrails.find(({ id }) => id === first);
  return recordingsUrl({
    environmentKey: environment.key,
    flagKey,
    treatment: plan.treatment ?? 'true',
    behind: culprit && behindOf(culprit),
    from: '-1d',
  });
}

/** News after which somebody has to see what happens, and may have to end it. */
const ASKS_FOR_PEOPLE: ReadonlySet<Transition['type']> = new Set([
  'held',
  'noted',
  'deadline_near',
  'escalated',
  'approval_requested',
  'rollback_stuck',
]);

/** News after which somebody may have to decide about going back, or about what it has cost. */
const ASKS_WHAT_IT_COSTS: ReadonlySet<Transition['type']> = new Set([
  'held',
  'deadline_near',
  'escalated',
  'approval_requested',
  'rollback_started',
  'rolled_back',
]);

/** News of a stage that begins. */
const BEGINS_STAGE: ReadonlySet<Transition['type']> = new Set([
  'started',
  'promoted',
  'approved',
  'jumped',
  'retried',
]);

/** What was found, in the names that people read beside the sentence. */
export function factsOf(news: RolloutNews): Fact[] {
  const { plan, transition, actor } = news;
  const stage = plan.stages[transition.stageIndex];
  const { deadlineAtMs } = transition;
  const of = `${transition.stageIndex + 1} of ${plan.stages.length}`;
  return [
    ...(stage ? [{ name: 'Stage', value: `${of}: ${stage.name} (${stage.percent} %)` }] : []),
    ...findings(news),
    ...(deadlineAtMs === null
      ? []
      : [{ name: 'Decide before', value: new Date(deadlineAtMs).toISOString() }]),
    ...(plan.impact.kind !== 'A' && ASKS_WHAT_IT_COSTS.has(transition.type)
      ? [{ name: 'Data', value: describeWayBack(plan, transition.stageIndex) }]
      : []),
    ...(stage?.feedback?.channel && BEGINS_STAGE.has(transition.type)
      ? [{ name: 'Feedback', value: stage.feedback.channel }]
      : []),
    { name: 'By', value: actor },
  ];
}

const LEVELS = {
  red: 'Red: harm is proven',
  yellow: 'Yellow: harm is suspected',
  green: 'Green: no harm shows',
  unknown: 'Unknown: too little has been seen',
} as const;

/** More are named by the rollout's page. */
const MOST_CULPRITS = 3;

/** Verdict, who is at fault with the numbers and what is plausible, and who was seen and hurt. */
function findings(news: RolloutNews): Fact[] {
  const { plan, people, verdict } = news;
  const culprits = culpritsOf(news).slice(0, MOST_CULPRITS);
  const accused = culprits.flatMap((id) => {
    const guardrail = plan.guardrails.find((one) => one.id === id);
    const found = verdict?.assessments.find((one) => one.id === id);
    return guardrail && found ? [{ guardrail, found }] : [];
  });
  const hurt = accused.filter(({ guardrail }) => countsPeople(guardrail));
  const seen = people && `${people.treatment} with the change, ${people.control} without`;
  return [
    ...(verdict ? [{ name: 'Verdict', value: LEVELS[verdict.level] }] : []),
    ...accused.map(({ guardrail, found }) => ({
      name: 'At fault',
      value: describeCounts(guardrail, found, unitsOf(plan)),
    })),
    ...(hurt.length === 0
      ? []
      : [
          { name: 'Affected', value: hurt.map((one) => affectedIn(one, unitsOf(plan))).join('; ') },
        ]),
    ...(seen === null ? [] : [{ name: capital(unitsOf(plan).many), value: seen }]),
  ];
}

type Accused = { readonly guardrail: Guardrail; readonly found: Assessment };

/** People with the change whom one guardrail calls hurt; where less is harm, those whom the others lead to expect. */
function affectedIn({ guardrail, found }: Accused, { many }: Units): string {
  const { affected, counts } = found;
  const people = `of ${counts.nT} ${many} with the change (${guardrail.id})`;
  if (guardrail.harm === 'up') return `${affected} ${people}`;
  return `about ${Math.max(0, Math.round(affected - counts.a))} missing ${people}`;
}
