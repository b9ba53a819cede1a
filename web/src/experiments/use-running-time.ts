// How many people and days the experiment of a form needs, asked anew when what it depends on has rested.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Metric, type RunningTimeQuestion, runningTimeQuery } from '../api/experiments.ts';
import { savedMetricsQuery } from '../api/saved-metrics.ts';
import type { Flag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';
import { filtersFrom } from '../flags/draft-body.ts';
import { type ExperimentDraft, variantsOf } from './draft.ts';
import { metricDraftProblems, metricFrom } from './metric-draft.ts';

const PAUSE_MS = 500;

/** The first goal decides. */
function goalOf(draft: ExperimentDraft, saved: readonly { id: number; query: object }[]) {
  const [own] = draft.goals;
  if (own) return metricDraftProblems(own, 'metrics.0').length === 0 ? metricFrom(own) : null;
  const shared = draft.shared.find(({ isGoal }) => isGoal);
  const found = saved.find(({ id }) => id === shared?.id);
  return found ? (found.query as Metric) : null;
}

/** The largest share that a condition set gives; they overlap in ways that only people know. */
function reachOf(draft: ExperimentDraft, flags: readonly Flag[]): number {
  const taken = flags.find(({ key }) => key === draft.takenFlag);
  const shares = taken
    ? taken.filters.groups.map((group) => group.rollout_percentage ?? 100)
    : draft.flag.groups.map(({ percent }) => percent);
  return Math.max(0, ...shares);
}

/** Whom the condition sets mean, as far as events tell: they do not tell what other flags gave. */
function conditionsOf(draft: ExperimentDraft, flags: readonly Flag[]): object {
  const taken = flags.find(({ key }) => key === draft.takenFlag);
  const groups = taken ? taken.filters.groups : filtersFrom(draft.flag, null).groups;
  const sets = groups
    .filter(({ rollout_percentage: share }) => share !== 0)
    .map(({ properties }) => (properties ?? []).filter(({ type }) => type !== 'flag'));
  if (sets.length === 0 || sets.some((one) => one.length === 0)) return {};
  return { properties: { type: 'OR', values: sets.map((values) => ({ type: 'AND', values })) } };
}

/** @param entry the event by which people would enter */
export function useRunningTime(
  scope: Scope,
  draft: ExperimentDraft,
  flags: readonly Flag[],
  entry: string,
) {
  const { data: saved } = useQuery(savedMetricsQuery(scope));
  const metric = goalOf(draft, saved?.results ?? []);
  const share = reachOf(draft, flags);
  const { method } = draft;
  const text = JSON.stringify({
    metric,
    exposure_event: entry,
    filterTestAccounts: !draft.countsTestAccounts,
    minimum_detectable_effect: draft.effect,
    number_of_variants: Math.max(2, variantsOf(draft, flags).length),
    rollout_percentage: share,
    ...conditionsOf(draft, flags),
    confidence_level: Math.round(method.confidence * 10) / 1000,
    sequential: method.sequential,
  });
  const [asked] = useDebouncedValue(text, PAUSE_MS);
  const question = useMemo(() => JSON.parse(asked) as RunningTimeQuestion, [asked]);
  const isAsked = metric !== null && share > 0 && question.metric !== null;
  const query = useQuery({ ...runningTimeQuery(scope, question), enabled: isAsked });
  return { ...query, hasGoal: metric !== null, isStale: query.isFetching || asked !== text };
}
