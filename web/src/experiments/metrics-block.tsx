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
import type { Scale } from './view.ts';

type Part = 'goals' | 'guardrails' | 'secondary';

type MetricsBlockProps = {
  readonly experiment: ShownExperiment;
  readonly results: Results;
  readonly part: Part;
  /** In which units changes are shown. */
  readonly scale?: Scale;
  /** What only members see of a metric. */
  readonly more?: (answer: MetricAnswer) => ReactNode;
  /** Puts the metrics of goals, or all others, in another order; left out for those who may not. */
  readonly onOrder?: ((uuids: readonly string[]) => void) | undefined;
  /** What is shown is not in the order yet that was asked for last. */
  readonly isOrdering?: boolean;
};

const TITLES: Record<Part, string> = {
  goals: 'Goals',
  guardrails: 'Guardrails',
  secondary: 'Other metrics',
};
const LEADS = {
  guardrails:
    'Proven harm beyond its limit takes everyone back to control, whatever the goals say.',
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

const uuidOf = ({ metric }: MetricAnswer): string => String(metric['uuid']);

/** All metrics of the kind, with one exchanged for its neighbour in the block that is shown. */
function exchanged(
  all: readonly MetricAnswer[],
  shown: readonly MetricAnswer[],
  from: number,
  by: -1 | 1,
): readonly string[] {
  const uuids = all.map(uuidOf);
  const [one, other] = [shown[from], shown[from + by]];
  if (!one || !other) return uuids;
  const [a, b] = [uuidOf(one), uuidOf(other)];
  return uuids.map((uuid) => (uuid === a ? b : uuid === b ? a : uuid));
}

export function MetricsBlock(props: MetricsBlockProps) {
  const {
    experiment,
    results,
    part,
    scale = 'relative',
    more,
    onOrder,
    isOrdering = false,
  } = props;
  const all = part === 'goals' ? results.metrics : results.metrics_secondary;
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
  const shown = answers.find((answer) => uuidOf(answer) === opened);
  return (
    <Section title={TITLES[part]} lead={leadOf(part, experiment)} flush>
      {answers.map((answer, index) => (
        <MetricRows
          key={uuidOf(answer)}
          answer={answer}
          experiment={experiment}
          results={results}
          limit={limit}
          scale={scale}
          onOpen={() => setOpened(uuidOf(answer))}
          onMove={
            onOrder && answers.length > 1
              ? (by) => onOrder(exchanged(all, answers, index, by))
              : undefined
          }
          place={{
            isFirst: isOrdering || index === 0,
            isLast: isOrdering || index === answers.length - 1,
          }}
        />
      ))}
      <MetricDrawer
        answer={shown}
        experiment={experiment}
        results={results}
        more={shown && more?.(shown)}
        onClose={() => setOpened(null)}
      />
    </Section>
  );
}
