// The way back: what going back costs in data, and the drill that proves it on the running system and times it.
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type Drill, drillsQuery, useDrill } from '../api/drills.ts';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { formatDuration, formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './rollout.module.css';

type Props = { readonly rollout: Rollout; readonly scope: Scope };

export function WayBack({ rollout, scope }: Props) {
  const drills = useQuery(drillsQuery(scope, rollout.id));
  const drill = useDrill(scope, rollout.id);
  const run = () =>
    drill.mutate(undefined, {
      onError: toastError,
      onSuccess: ({ state, problem }) => {
        if (state === 'passed') toastDone('The drill passed: the way back works.');
        else toastError(new Error(problem ?? 'The drill failed.'));
      },
    });
  return (
    <Section
      title="Way back"
      lead="A drill proves on the running system that the change can be taken back, and times it. Nobody real is touched."
      actions={
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} />}
          loading={drill.isPending}
          onClick={run}
        >
          Run a drill
        </Button>
      }
    >
      <Cost rollout={rollout} />
      <QueryView query={drills} loading={<LoadingBlock height={40} />}>
        {({ results: [last, ...earlier] }) =>
          last ? (
            <div className={styles.drills}>
              <Result drill={last} />
              {earlier.length > 0 && <Earlier drills={earlier} />}
            </div>
          ) : (
            <p className={styles.detail}>No drill of this flag yet.</p>
          )
        }
      </QueryView>
    </Section>
  );
}

/** What going back does to data; loud where it cannot be had back. */
function Cost({ rollout: { way_back: way } }: { rollout: Rollout }) {
  if (!way.loses_data) return <p className={styles.reach}>{way.text}</p>;
  return (
    <Alert
      mb="md"
      color={way.has_no_way_back ? 'harm' : 'watch'}
      icon={<IconAlertTriangle size={18} />}
      title={way.has_no_way_back ? 'No way back without a backup' : 'Going back loses data'}
    >
      {way.text}
      {!way.is_automatic && ' Serin does not go back by itself.'}
    </Alert>
  );
}

function Result({ drill }: { drill: Drill }) {
  return (
    <>
      <Head drill={drill} />
      <div className={styles.tableScroll}>
        <table className={styles.looks} aria-label="Steps of the last drill">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">After</th>
              <th scope="col">What was seen</th>
            </tr>
          </thead>
          <tbody>
            {drill.steps.map(({ name, milliseconds, detail }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{milliseconds === null ? 'not in time' : tookWords(milliseconds)}</td>
                <td className={styles.wide}>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Head({ drill }: { drill: Drill }) {
  const isPassed = drill.state === 'passed';
  return (
    <div className={styles.decisionHead}>
      <StatusBadge tone={isPassed ? 'safe' : 'harm'}>{isPassed ? 'Passed' : 'Failed'}</StatusBadge>
      <span>{slowestWords(drill)}</span>
      <span className={styles.dim}>
        {drill.started_by}, <Time at={drill.started_at} />
      </span>
    </div>
  );
}

function Earlier({ drills }: { drills: readonly Drill[] }) {
  return (
    <details className={styles.more}>
      <summary>Earlier drills ({drills.length})</summary>
      <ul className={styles.reasons}>
        {drills.map((drill) => (
          <li key={drill.id}>
            <Head drill={drill} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** How long until everyone was without it; or what did not happen. */
function slowestWords({ steps, problem }: Drill): string {
  if (problem !== null) return problem;
  const slowest = Math.max(0, ...steps.map(({ milliseconds }) => milliseconds ?? 0));
  return `Off everywhere after ${tookWords(slowest)}`;
}

const tookWords = (milliseconds: number): string =>
  milliseconds < 1000
    ? `${formatNumber(Math.round(milliseconds))} ms`
    : formatDuration(Number((milliseconds / 1000).toFixed(1)));
