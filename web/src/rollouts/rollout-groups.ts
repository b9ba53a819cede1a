// Open rollouts by what they ask of people.
import type { RolloutSummary } from '../api/rollouts.ts';

type Group = {
  readonly value: string;
  readonly label: string;
  readonly has: (rollout: Pick<RolloutSummary, 'state'>) => boolean;
};

const NEEDS = new Set<RolloutSummary['state']>(['holding', 'awaiting_approval']);
const PLANNED = new Set<RolloutSummary['state']>(['draft', 'scheduled']);

/** The most urgent first. */
const OPEN: readonly Group[] = [
  { value: 'waiting', label: 'Waiting for somebody', has: ({ state }) => NEEDS.has(state) },
  {
    value: 'running',
    label: 'Running',
    has: ({ state }) => !NEEDS.has(state) && !PLANNED.has(state),
  },
  { value: 'planned', label: 'Planned', has: ({ state }) => PLANNED.has(state) },
];

/** What a list can be narrowed to. */
export const GROUPS = [
  ...OPEN.map(({ value, label }) => ({ value, label })),
  { value: 'over', label: 'Over' },
];

/** Those that have any, the most urgent first. */
export function groupedRollouts(open: readonly RolloutSummary[]) {
  return OPEN.map(({ has, ...group }) => ({ ...group, rollouts: open.filter(has) })).filter(
    ({ rollouts }) => rollouts.length > 0,
  );
}

/** Somebody has the change by it, and it is not over. */
export const isUnderWay = ({
  state,
  finished_at: finishedAt,
}: Pick<RolloutSummary, 'state' | 'finished_at'>): boolean =>
  finishedAt === null && !PLANNED.has(state);
