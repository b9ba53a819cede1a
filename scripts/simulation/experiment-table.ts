// Experiments that are looked at every day: what is found where nothing is, whether intervals hold, and power.
import { unitsPerArm } from '../../server/src/stats/power.ts';
import { DEFAULT_STATS, type StatsConfig } from '../../server/src/experiments/experiment.ts';
import type { ExperimentWorld } from '../../server/src/experiments/simulate-experiment.ts';
import type { Cell, ExperimentAsk, Figures } from './cell.ts';
import type { Table } from './tables.ts';

const SEQUENTIAL: StatsConfig = { ...DEFAULT_STATS, method: 'frequentist' };
const FIXED: StatsConfig = { ...SEQUENTIAL, sequential: false };
const FLAT: StatsConfig = { ...DEFAULT_STATS, sequential: false };
const ENGINES = {
  default: DEFAULT_STATS,
  sequential: SEQUENTIAL,
  'fixed horizon': FIXED,
  'flat prior': FLAT,
};
type Engine = keyof typeof ENGINES;

type Trial = Partial<Omit<ExperimentWorld, 'config'>>;

function cell(what: string, engine: Engine, asks: ExperimentAsk, reference: Figures, trial: Trial) {
  const world: ExperimentWorld = {
    metric: 'share',
    share: 0.1,
    lift: 0,
    peoplePerArmAndDay: 500,
    days: 14,
    ...trial,
    config: ENGINES[engine],
  };
  const made: Cell = {
    label: `${what}, ${engine}`,
    how: { kind: 'experiment', asks, world },
    reference,
    referenceRuns: 2000,
  };
  return made;
}

const size = ({ days = 14, peoplePerArmAndDay = 500 }: Trial) =>
  `${days} days of ${peoplePerArmAndDay} an arm`;

const NULLS = [
  [{ peoplePerArmAndDay: 50 }, 0.003, 0.23],
  [{}, 0.014, 0.223],
  [{ days: 28 }, 0.017, 0.276],
] as const;

const POWER = 0.8;
const DAYS = 10;

/** As many people as planning asks for, for one engine and effect. */
function powered(engine: Engine, effect: number): Cell {
  const config = ENGINES[engine];
  const people = unitsPerArm(
    { mean: 0.1, variance: 0.09 },
    {
      effect,
      alpha: 1 - config.confidence_level,
      tuningParameter: config.sequential ? config.tuning_parameter : null,
      targetPower: POWER,
    },
  );
  const perDay = Math.ceil(people / DAYS);
  const trial = { lift: effect, days: DAYS, peoplePerArmAndDay: perDay };
  const asks = config.sequential ? 'isEverSignificant' : 'isSignificant';
  return cell(`+${effect * 100} %, ${size(trial)}`, engine, asks, { power: POWER }, trial);
}

export const EXPERIMENT_TABLE: Table = {
  name: 'experiments',
  title: 'Experiments',
  about:
    'A share of 10 %, or sums of the tenth that buys (lognormal, standard deviation 1.8 times the mean), at 95 %. The default engine is the Bayesian reading with the sequential interval. The reference of coverage and power is what was asked for.',
  cells: [
    ...NULLS.flatMap(([trial, sequential, daily]) => [
      cell(
        `no effect, looked at daily, ${size(trial)}`,
        'default',
        'isEverSignificant',
        { alarms: sequential },
        trial,
      ),
      cell(
        `no effect, looked at daily, ${size(trial)}`,
        'sequential',
        'isEverSignificant',
        { alarms: sequential },
        trial,
      ),
      cell(
        `no effect, one look at the end, ${size(trial)}`,
        'fixed horizon',
        'isSignificant',
        { alarms: 0.05 },
        trial,
      ),
      cell(
        `no effect, looked at daily, ${size(trial)}`,
        'flat prior',
        'isEverSignificant',
        { alarms: daily },
        trial,
      ),
    ]),
    cell(
      'sums without an effect, looked at daily',
      'default',
      'isEverSignificant',
      { alarms: 0.05 },
      { metric: 'spend' },
    ),
    cell('+10 %, every daily interval', 'default', 'everCovers', { covered: 0.95 }, { lift: 0.1 }),
    cell('+10 %, the last interval', 'fixed horizon', 'covers', { covered: 0.95 }, { lift: 0.1 }),
    cell(
      'sums +10 %, every daily interval',
      'default',
      'everCovers',
      { covered: 0.95 },
      { lift: 0.1, metric: 'spend' },
    ),
    powered('fixed horizon', 0.1),
    powered('default', 0.1),
    powered('default', 0.2),
  ],
};
