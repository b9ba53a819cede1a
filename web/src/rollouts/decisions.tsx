// Every decision, newest first: what, who, when, why, until when; and on demand the look that it was made from.
import { Button } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { decisionsQuery, type Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { formatExact, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { Countdown, Time } from '../ui/time.tsx';
import { DECISION_KINDS, isOfKind } from './decision-kinds.ts';
import styles from './rollout.module.css';
import { eventWords, type RolloutEvent } from './rollout-words.ts';

const LookDetails = lazy(async () => {
  const module = await import('./look-details.tsx');
  return { default: module.LookDetails };
});

type DecisionsProps = { readonly rollout: Rollout; readonly scope: Scope };

export function Decisions({ rollout, scope }: DecisionsProps) {
  const decisions = useQuery(decisionsQuery(scope, rollout.id, rollout.version));
  const [kind, setKind] = useState<string>();
  return (
    <Section
      title="Decisions"
      lead="Each is stored with all the numbers it was made from."
      actions={
        <FilterSelect label="All decisions" data={DECISION_KINDS} value={kind} onChange={setKind} />
      }
    >
      <QueryView query={decisions} loading={<LoadingBlock height={240} />}>
        {({ results, count }) => {
          const shown = results.filter((event) => isOfKind(event, kind));
          return (
            <>
              {shown.length === 0 && <p className={styles.detail}>None of this kind.</p>}
              <ol className={styles.timeline}>
                {shown.map((event) => (
                  <Decision key={event.seq} event={event} rollout={rollout} scope={scope} />
                ))}
              </ol>
              {count > results.length && (
                <p className={styles.detail}>
                  {plural(count - results.length, 'older decision')}{' '}
                  {count - results.length === 1 ? 'is' : 'are'} in the audit log.
                </p>
              )}
            </>
          );
        }}
      </QueryView>
    </Section>
  );
}

function Decision({ event, rollout, scope }: DecisionsProps & { readonly event: RolloutEvent }) {
  const { words, tone } = eventWords(event.type);
  const [isOpen, setOpen] = useState(false);
  const stage = rollout.stages[event.stage_index]?.name;
  const hasInputs = event.evaluation_id !== null || event.inputs !== null;
  return (
    <li className={styles.decision}>
      <span className={`${styles.bullet} ${styles[tone]}`} aria-hidden />
      <div>
        <div className={styles.decisionHead}>
          <strong>{words}</strong>
          {stage && event.type !== 'created' && <span>{stage}</span>}
          <span className={styles.dim}>
            {event.actor.kind === 'system' ? 'Serin' : event.actor.label} · <Time at={event.at} />
          </span>
        </div>
        {event.reasons.length > 0 && (
          <ul className={styles.reasons}>
            {event.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        {event.deadline_at && <Deadline event={event} at={event.deadline_at} rollout={rollout} />}
        {hasInputs && (
          <Button
            variant="subtle"
            size="compact-xs"
            ml={-8}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Hide what it was made from' : 'What it was made from'}
          </Button>
        )}
        {isOpen && (
          <Suspense fallback={<LoadingBlock height={160} />}>
            <LookDetails event={event} rollout={rollout} scope={scope} />
          </Suspense>
        )}
      </div>
    </li>
  );
}

type DeadlineProps = {
  readonly event: RolloutEvent;
  readonly at: string;
  readonly rollout: Rollout;
};

/** Counts down while it is the one that holds; of a start, it is when that is due. */
function Deadline({ event, at, rollout }: DeadlineProps) {
  const isRunning = rollout.deadline_at === at && event.to_state === rollout.state;
  const isStart = event.to_state === 'scheduled';
  return (
    <p className={isStart ? styles.detail : styles.deadline}>
      <IconClock size={14} stroke={1.7} aria-hidden />{' '}
      {isRunning && !isStart ? (
        <span>
          Somebody should act within <Countdown until={at} />
        </span>
      ) : (
        <span>
          {isStart ? 'Start' : 'Deadline'}: <time dateTime={at}>{formatExact(Date.parse(at))}</time>
        </span>
      )}
    </p>
  );
}
