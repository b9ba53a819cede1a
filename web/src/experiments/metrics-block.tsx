// Metrics of one role: what each variant did against control, on an axis that they share.
import { type ReactNode, useState } from 'react';
import type { MetricAnswer, Results, ShownExperiment } from '../api/experiments.ts';
import { liftLimit } from '../charts/lift-bar.tsx';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { intervalOf, parametersOf } from './experiment-words.ts';
import { MetricDrawer } from './metric-drawer.tsx';
import { MetricRows } from './metric-rows.tsx';
import { metricOf } from './metric-words.ts';

type Part = 'goals' | 'guardrails' | 'secondary';

type MetricsBlockProps = {
  readonly experiment: ShownExperiment;
  readonly results: Results;
  readonly part: Part;
  /** What only members see of a metric. */
  readonly more?: (uuid: string, units: Results['units']) => ReactNode;
};

const TITLES: Record<Part, string> = {
  goals: 'Goals',
  guardrails: 'Guardrails',
  secondary: 'Other metrics',
};
const LEADS = {
  guardrails:
    'Proven harm beyond the dashed line takes everyone back to control, whatever the goals say.',
  secondary: 'Worth knowing; nothing is decided by them.',
};

/** Where shares were changed, a variant's values alone can point the other way than its lift: it is said why. */
function leadOf(part: Part, experiment: ShownExperiment): ReactNode {
  if (part !== 'goals') return LEADS[part];
  const [, ...changes] = parametersOf(experiment).allocation_epochs ?? [];
  const last = changes.at(-1);
  if (!last) return undefined;
  const often = changes.length === 1 ? '' : `${changes.length} times, the last time `;
  return (
    <>
      The shares were changed {often}
      <Time at={last.from} />. Changes compare within times of equal shares; values are of all times
      together.
    </>
  );
}

function answersOf(results: Results, part: Part): readonly MetricAnswer[] {
  if (part === 'goals') return results.metrics;
  const isGuard = part === 'guardrails';
  return results.metrics_secondary.filter(
    (answer) => Boolean(metricOf(answer).guardrail) === isGuard,
  );
}

export function MetricsBlock({ experiment, results, part, more }: MetricsBlockProps) {
  const [opened, setOpened] = useState<string | null>(null);
  const answers = answersOf(results, part);
  if (answers.length === 0) return null;
  const limit = liftLimit(
    answers.flatMap(({ variant_results: variants }) =>
      variants.flatMap((one) => {
        const [low = null, high = null] = intervalOf(one) ?? [];
        return one.lift === null ? [] : [{ lift: one.lift, low, high }];
      }),
    ),
  );
  const shown = answers.find(({ metric }) => metric['uuid'] === opened);
  return (
    <Section title={TITLES[part]} lead={leadOf(part, experiment)} flush>
      {answers.map((answer) => (
        <MetricRows
          key={String(answer.metric['uuid'])}
          answer={answer}
          experiment={experiment}
          results={results}
          limit={limit}
          onOpen={() => setOpened(String(answer.metric['uuid']))}
        />
      ))}
      <MetricDrawer
        answer={shown}
        experiment={experiment}
        results={results}
        more={shown && more?.(String(shown.metric['uuid']), results.units)}
        onClose={() => setOpened(null)}
      />
    </Section>
  );
}
