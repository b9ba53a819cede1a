// Who has come: by variant and day, whether in the planned shares, and who they are.
import { Button, SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconUsers, IconVideo } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { MULTIPLE_FAIL_SHARE } from 'serin/experiments/check';
import { PEOPLE, capital } from 'serin/kernel/units';
import { type ReactNode, useState } from 'react';
import type { Results, ShownExperiment } from '../api/experiments.ts';
import { colorOf } from '../charts/palette.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { longName, ticksOf } from '../charts/time-axis.ts';
import { formatTick } from '../insights/numbers.ts';
import { formatNumber, formatShare } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import { ChangeList, ChangeMarks, changedSteps } from './change-marks.tsx';
import { DayTable } from './day-table.tsx';
import { parametersOf } from './experiment-words.ts';
import { recordingsOfSeveral, recordingsWith } from './recordings.ts';
import styles from './results.module.css';
import { SampleRatio } from './sample-ratio.tsx';
import { variantColor } from './variant-color.ts';

type ExposuresPanelProps = {
  readonly experiment: ShownExperiment;
  readonly results: Results;
  /** Shows who they are, to those who may see it. */
  readonly onPick?: (variant: string) => void;
  /** Where nobody has come: what is known of the flag, for those who may see it. */
  readonly whyNobody?: ReactNode;
};

const MULTIPLE = '$multiple';
const HELD_OUT = '$holdout';

export function ExposuresPanel({ experiment, results, onPick, whyNobody }: ExposuresPanelProps) {
  const { exposures } = results;
  const { many } = results.units;
  const [isDaily, setDaily] = useState(false);
  const variants = parametersOf(experiment).feature_flag_variants;
  const totals = exposures.total_exposures;
  const total = variants.reduce((sum, { key }) => sum + (totals[key] ?? 0), 0);
  const multiple = totals[MULTIPLE] ?? 0;
  if (total + multiple === 0) {
    return <Nobody experiment={experiment} many={many} why={whyNobody} />;
  }
  const days = exposures.timeseries[0]?.days ?? [];
  const lines = variants.map(({ key }, index) => {
    const counts = exposures.timeseries.find(({ variant }) => variant === key)?.exposure_counts;
    const running = counts ?? [];
    return {
      key,
      name: key,
      color: variantColor(index),
      isPrevious: false,
      values: isDaily ? running.map((sum, day) => sum - (running[day - 1] ?? 0)) : running,
    };
  });
  return (
    <Section
      title={capital(results.units.many)}
      actions={
        <SegmentedControl
          aria-label="How people are counted"
          size="xs"
          data={[
            { value: 'total', label: 'In total' },
            { value: 'daily', label: 'New by day' },
          ]}
          value={isDaily ? 'daily' : 'total'}
          onChange={(value) => setDaily(value === 'daily')}
        />
      }
    >
      <div className={styles.stack}>
        <SampleRatio results={results} total={total} />
        {multiple > 0 && (
          <Multiple multiple={multiple} total={total} {...(onPick ? { experiment } : {})} />
        )}
        <VariantsTable experiment={experiment} results={results} onPick={onPick} />
        <TimeChart
          label={`${capital(many)} by variant over ${days.length} days. The table “${capital(many)} by day” has the numbers.`}
          lines={lines}
          shape={isDaily ? 'bar' : 'line'}
          steps={days.length}
          ticks={(width, nameWidth) => ticksOf(days, 'day', width, nameWidth)}
          longName={(step) => longName(days[step] ?? '', 'day')}
          format={formatNumber}
          formatTick={formatTick}
          openFrom={experiment.status === 'stopped' ? days.length : days.length - 1}
          marked={changedSteps(results.changes, days)}
          marks={(place) => <ChangeMarks changes={results.changes} days={days} place={place} />}
        />
        <ChangeList changes={results.changes} />
        <DayTable
          summary={`${capital(many)} by day, in numbers`}
          label={isDaily ? `New ${many} by day` : `${capital(many)} by day`}
          days={days}
          keys={lines.map(({ key }) => key)}
          textAt={(step, key) =>
            formatNumber(lines.find((line) => line.key === key)?.values[step] ?? 0)
          }
        />
      </div>
    </Section>
  );
}

type VariantsTableProps = {
  readonly experiment: ShownExperiment;
  readonly results: Results;
  /** Left out where nobody may see who they are. */
  readonly onPick: ((variant: string) => void) | undefined;
};

function VariantsTable({ experiment, results, onPick }: VariantsTableProps) {
  const { exposures, units } = results;
  const title = `${capital(units.many)} by variant`;
  const isOfPeople = units.many === PEOPLE.many;
  const variants = parametersOf(experiment).feature_flag_variants;
  const totals = exposures.total_exposures;
  const total = variants.reduce((sum, { key }) => sum + (totals[key] ?? 0), 0);
  const multiple = totals[MULTIPLE] ?? 0;
  const held = totals[HELD_OUT] ?? 0;
  return (
    <div className={styles.tableScroll} tabIndex={0} role="region" aria-label={title}>
      <table className={styles.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col">{capital(units.many)}</th>
            <th scope="col">Share</th>
            <th scope="col">Planned</th>
            <th scope="col">{onPick && <span aria-hidden>Who</span>}</th>
          </tr>
        </thead>
        <tbody>
          {variants.map(({ key, rollout_percentage: share }, index) => (
            <tr key={key}>
              <th scope="row">
                <span className={`${styles.swatch} ${colorOf(variantColor(index))}`} aria-hidden />
                <code>{key}</code>
              </th>
              <td>{formatNumber(totals[key] ?? 0)}</td>
              <td>{total === 0 ? '–' : formatShare((totals[key] ?? 0) / total)}</td>
              <td>{formatShare(exposures.sample_ratio?.expected[key] ?? share / 100)}</td>
              <td>
                {onPick && isOfPeople && (
                  <Who experiment={experiment} variant={key} onPick={onPick} />
                )}
              </td>
            </tr>
          ))}
          {multiple > 0 && (
            <tr className={styles.left}>
              <th scope="row">Several variants</th>
              <td>{formatNumber(multiple)}</td>
              <td>{formatShare(multiple / (total + multiple))}</td>
              <td>left out</td>
              <td>–</td>
            </tr>
          )}
          {held > 0 && (
            <tr className={styles.left}>
              <th scope="row">Held out</th>
              <td>{formatNumber(held)}</td>
              <td>–</td>
              <td>left out</td>
              <td>–</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

type WhoProps = {
  readonly experiment: ShownExperiment;
  readonly variant: string;
  readonly onPick: (variant: string) => void;
};

/** The people with a variant, and what they did. */
function Who({ experiment, variant, onPick }: WhoProps) {
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconUsers size={14} />}
        aria-label={`Show people with ${variant}`}
        onClick={() => onPick(variant)}
      >
        Show
      </Button>
      <LinkButton
        to="/replay"
        search={{ filter: recordingsWith(experiment, variant) }}
        variant="subtle"
        size="compact-sm"
        leftSection={<IconVideo size={14} />}
        aria-label={`Recordings with ${variant}`}
      >
        Recordings
      </LinkButton>
    </>
  );
}

type MultipleProps = {
  readonly multiple: number;
  readonly total: number;
  /** For those who may see recordings. */
  readonly experiment?: ShownExperiment;
};

function Multiple({ multiple, total, experiment }: MultipleProps) {
  const share = multiple / (total + multiple);
  const isMuch = share >= MULTIPLE_FAIL_SHARE;
  return (
    <p className={styles.line}>
      {isMuch && <IconAlertTriangle size={18} className={styles.watch} aria-hidden />}
      <span className={isMuch ? '' : styles.dim}>
        {formatShare(share)} saw several variants and do not count.
        {isMuch &&
          ' Usual causes: ids that change at login, flags asked for with other ids on the server, shares that were changed.'}
        {experiment && (
          <>
            {' '}
            <Link to="/replay" search={{ filter: recordingsOfSeveral(experiment) }}>
              Recordings of sessions with several
            </Link>
          </>
        )}
      </span>
    </p>
  );
}

type NobodyProps = {
  readonly experiment: ShownExperiment;
  readonly many: string;
  readonly why: ReactNode;
};

function Nobody({ experiment, many, why }: NobodyProps) {
  return (
    <Section title={capital(many)} flush>
      <EmptyState
        icon={<IconUsers size={24} stroke={1.6} />}
        title="Nobody has come yet"
        action={why}
      >
        {capital(many)} count once your code asks for {experiment.feature_flag_key} and the SDK
        reports it. Check that the code is deployed, asks for the flag before it shows something,
        and uses the same id everywhere.
      </EmptyState>
    </Section>
  );
}
