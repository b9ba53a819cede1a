// A metric from nearer: how the values of single people lie, and the statement that counted them.
import { metricName } from 'serin/experiments/metric-words';
import { useQuery } from '@tanstack/react-query';
import { PEOPLE } from 'serin/kernel/units';
import {
  type Experiment,
  type MetricAnswer,
  type MetricDetailAnswer,
  type Results,
  metricDetailQuery,
} from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { colorOf } from '../charts/palette.ts';
import { CodeBlock } from '../ui/copy.tsx';
import { formatShare } from '../ui/format.ts';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { numberText, parametersOf } from './experiment-words.ts';
import { metricOf } from './metric-words.ts';
import { Readings } from './readings.tsx';
import { Recordings } from './metric-recordings.tsx';
import styles from './results.module.css';
import { variantColor } from './variant-color.ts';
import { VariantTable } from './variant-table.tsx';

type MetricDetailProps = {
  readonly experiment: Experiment;
  readonly scope: Scope;
  readonly answer: MetricAnswer;
  readonly results: Results;
};

export function MetricDetail({ experiment, scope, answer, results }: MetricDetailProps) {
  const metric = metricOf(answer);
  const uuid = String(answer.metric['uuid']);
  const { many } = results.units;
  const detail = useQuery(metricDetailQuery(scope, experiment, uuid));
  const keys = parametersOf(experiment).feature_flag_variants.map(({ key }) => key);
  return (
    <>
      {many === PEOPLE.many && <Recordings experiment={experiment} metric={metric} keys={keys} />}
      <QueryView query={detail} loading={<LoadingBlock height={160} />}>
        {({ distribution, sql }) => (
          <>
            {distribution && <Distribution distribution={distribution} keys={keys} many={many} />}
            <Readings
              experiment={experiment}
              scope={scope}
              uuid={uuid}
              name={metricName(metric, results.units)}
            />
            <section>
              <details>
                <summary>SQL</summary>
                <p className={styles.dim}>
                  What the event store was asked, with its values in place.
                </p>
                <CodeBlock code={sql} what="SQL" />
              </details>
            </section>
          </>
        )}
      </QueryView>
    </>
  );
}

type DistributionProps = {
  readonly distribution: NonNullable<MetricDetailAnswer['distribution']>;
  readonly keys: readonly string[];
  readonly many: string;
};

/** Whole numbers are told with their last one. */
function partName(
  { from, to }: DistributionProps['distribution']['parts'][number],
  isWhole: boolean,
) {
  if (to === null) return `${numberText(from)} and more`;
  if (!isWhole) return `${numberText(from)} – ${numberText(to)}`;
  return to - from === 1 ? numberText(from) : `${numberText(from)} – ${numberText(to - 1)}`;
}

function Distribution({ distribution, keys, many }: DistributionProps) {
  const { parts, arms, is_whole: isWhole } = distribution;
  const people = (key: string) => arms.find((arm) => arm.key === key)?.people ?? 0;
  const share = (key: string, count: number) => (people(key) === 0 ? 0 : count / people(key));
  const zeros = (key: string) => arms.find((arm) => arm.key === key)?.zeros ?? 0;
  const rows = [
    { name: 'Zero', counts: Object.fromEntries(keys.map((key) => [key, zeros(key)])) },
    ...parts.map((part) => ({ name: partName(part, isWhole), counts: part.people })),
  ];
  const most = Math.max(
    0.001,
    ...rows.slice(1).flatMap(({ counts }) => keys.map((key) => share(key, counts[key] ?? 0))),
  );
  const large = arms.filter(({ largest_share: part }) => (part ?? 0) > LARGE);
  const few = arms.filter(
    (arm) => !large.includes(arm) && (arm.top_share ?? 0) > FEW && arm.people - arm.zeros > 3,
  );
  return (
    <section>
      <h3>Values</h3>
      <p className={styles.dim}>
        How many {many} have which value, before anything is drawn in.
        {large.map(({ key, largest_share: part }) => (
          <span key={key}>
            {' '}
            One alone makes {formatShare(part ?? 0)} of the sum of {key}.
          </span>
        ))}
        {few.map(({ key, top_share: part }) => (
          <span key={key}>
            {' '}
            Three {many} make {formatShare(part ?? 0)} of the sum of {key}.
          </span>
        ))}
      </p>
      <VariantTable region="Values" label="Values by variant" first="Value" keys={keys}>
        {rows.map(({ name, counts }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {keys.map((key, index) => {
              const part = share(key, counts[key] ?? 0);
              return (
                <td key={key}>
                  <span className={styles.part}>
                    <span
                      className={`${styles.partFill} ${colorOf(variantColor(index))}`}
                      style={{ width: `${Math.min(1, part / most) * 100}%` }}
                      aria-hidden
                    />
                  </span>
                  <span className={styles.partNumber}>{formatShare(part)}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </VariantTable>
    </section>
  );
}

/** A tenth of all by one person: a change may be theirs alone. */
const LARGE = 0.1;
/** Three who make a fifth. */
const FEW = 0.2;
