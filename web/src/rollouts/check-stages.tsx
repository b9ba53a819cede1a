// People, time and odds of every stage of a plan.
import { Tooltip } from '@mantine/core';
import type { Check } from '../api/rollout-advice.ts';
import { formatDuration, formatNumber } from '../ui/format.ts';
import styles from './check-panel.module.css';

type Stage = Check['stages'][number];

const EVEN = 0.5;
const GOOD = 0.8;

const percentOf = (chance: number): string => {
  if (chance < 0.01) return '< 1 %';
  return chance > 0.99 ? '> 99 %' : `${Math.round(chance * 100)} %`;
};

const toneOf = (chance: number) =>
  chance >= GOOD ? styles.good : chance >= EVEN ? styles.even : styles.poor;

export function CheckStages({ stages }: { stages: readonly Stage[] }) {
  return (
    <table className={styles.stages}>
      <caption>
        Sees harm: the chance that harm at the red line shows before the stage has to end, by the
        weakest guardrail that takes the change back.
      </caption>
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col" className={styles.end}>
            With it a day
          </th>
          <th scope="col" className={styles.end}>
            Takes
          </th>
          <th scope="col" className={styles.end}>
            Sees harm
          </th>
        </tr>
      </thead>
      <tbody>
        {stages.map((stage) => (
          <StageRow key={stage.index} stage={stage} />
        ))}
      </tbody>
    </table>
  );
}

function StageRow({ stage }: { stage: Stage }) {
  const { name, people_per_day: people, expected_seconds: seconds, chance } = stage;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={styles.end}>{people ? peopleWords(people.treatment) : '?'}</td>
      <td className={styles.end}>
        {seconds === null ? 'never' : formatDuration(Math.round(seconds))}
      </td>
      <td className={styles.end}>
        {chance === null ? '–' : <Odds stage={stage} chance={chance} />}
      </td>
    </tr>
  );
}

const peopleWords = (people: number): string =>
  people > 0 && people < 1 ? '< 1' : formatNumber(Math.round(people));

function Odds({ stage, chance }: { stage: Stage; chance: number }) {
  const each = stage.guardrails
    .flatMap(({ id, chance: own }) => (own === null ? [] : [`${id} ${percentOf(own)}`]))
    .join(', ');
  return (
    <Tooltip label={each} multiline maw={280}>
      <span className={styles.odds} tabIndex={0}>
        <span className={styles.oddsBar} aria-hidden>
          <span className={toneOf(chance)} style={{ width: `${Math.round(chance * 100)}%` }} />
        </span>
        {percentOf(chance)}
      </span>
    </Tooltip>
  );
}
