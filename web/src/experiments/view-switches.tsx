// How results are looked at: in which units, against which variant, how sure, at the end of which day. What advises is
// the plan, and it is said when something else is shown.
import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconEyeglass } from '@tabler/icons-react';
import type { Results, ShownExperiment } from '../api/experiments.ts';
import { longName } from '../charts/time-axis.ts';
import { CONTROL } from './draft.ts';
import { parametersOf } from './experiment-words.ts';
import styles from './results.module.css';
import { AS_PLANNED, SCALES, type Scale, type View, isOffPlan } from './view.ts';

type ViewSwitchesProps = {
  readonly experiment: ShownExperiment;
  /** As planned, and now. */
  readonly results: Results;
  readonly view: View;
  readonly onChange: (view: View) => void;
};

const LEVELS = [0.9, 0.95, 0.99];
const NOW = '';

const levelText = (level: number): string => `${Math.round(level * 1000) / 10} %`;

export function ViewSwitches(props: ViewSwitchesProps) {
  const { experiment, results, view, onChange } = props;
  const { confidence_level: plannedLevel } = results.plan;
  const keys = parametersOf(experiment).feature_flag_variants.map(({ key }) => key);
  const days = daysOf(results);
  const levels = [...new Set([...LEVELS, plannedLevel])].toSorted((a, b) => a - b);
  const change = (next: Partial<View>) => onChange({ ...view, ...next });
  return (
    <section className={styles.switches} aria-label="How results are shown">
      <SegmentedControl
        aria-label="Units of changes"
        size="xs"
        data={[...SCALES]}
        value={view.scale}
        onChange={(scale) => change({ scale: scale as Scale })}
      />
      <Select
        aria-label="Compared with"
        size="xs"
        w={190}
        data={keys.map((key) => ({ value: key, label: `against ${key}` }))}
        value={view.baseline ?? CONTROL}
        allowDeselect={false}
        onChange={(key) => change({ baseline: key === CONTROL ? undefined : (key ?? undefined) })}
      />
      <SegmentedControl
        aria-label="How sure intervals are"
        size="xs"
        data={levels.map((level) => ({ value: String(level), label: levelText(level) }))}
        value={String(view.level ?? plannedLevel)}
        onChange={(level) =>
          change({ level: Number(level) === plannedLevel ? undefined : Number(level) })
        }
      />
      {days.length > 0 && (
        <Select
          aria-label="As of"
          size="xs"
          w={190}
          data={[
            { value: NOW, label: results.is_final ? 'final numbers' : 'as of now' },
            ...days.map((day) => ({ value: day, label: `end of ${longName(day, 'day')}` })),
          ]}
          value={view.day ?? NOW}
          allowDeselect={false}
          onChange={(day) => change({ day: day === NOW ? undefined : (day ?? undefined) })}
        />
      )}
      {isOffPlan(view) && (
        <p className={styles.offPlan} role="status">
          <IconEyeglass size={16} aria-hidden />
          <span>
            Not as planned: {departures(view).join(', ')}. The advice above goes by the plan,
            against {CONTROL} at {levelText(plannedLevel)}
            {view.day === undefined ? '' : ', and by the newest numbers'}.
          </span>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onChange({ ...AS_PLANNED, scale: view.scale })}
          >
            As planned
          </Button>
        </p>
      )}
    </section>
  );
}

function departures({ baseline, level, day }: View): string[] {
  return [
    ...(baseline === undefined ? [] : [`against ${baseline}`]),
    ...(level === undefined ? [] : [`at ${levelText(level)}`]),
    ...(day === undefined ? [] : [`as counted at the end of ${longName(day, 'day')}`]),
  ];
}

/** Ends of days that were kept, the newest first. */
function daysOf({ metrics, metrics_secondary: secondary }: Results): readonly string[] {
  const all = [...metrics, ...secondary].flatMap(({ timeseries }) =>
    timeseries.map(({ day }) => day),
  );
  return [...new Set(all)].toSorted().toReversed();
}
