// The checklists of a rollout: what Serin has seen is ticked, the rest is for people.
import { Checkbox } from '@mantine/core';
import { IconCheck, IconCircle, IconCircleDashed, IconMinus, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { type CheckItem, checklistQuery, noteVisit, useTick } from '../api/checklist.ts';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastError } from '../ui/toast.ts';
import styles from './checklist.module.css';

/** Between two notes that the page is still open: visits of a quarter of an hour are one. */
const VISIT_MS = 10 * 60_000;

const PHASES = [
  { phase: 'before', title: 'Before' },
  { phase: 'start', title: 'Start' },
  { phase: 'first_day', title: 'First 24 hours' },
  { phase: 'expansion', title: 'While it widens' },
  { phase: 'after_rollback', title: 'After a rollback' },
  { phase: 'completion', title: 'Everyone has it' },
] as const satisfies readonly { phase: CheckItem['phase']; title: string }[];

type Props = { readonly rollout: Rollout; readonly scope: Scope };

export function Checklist({ rollout, scope }: Props) {
  useVisit(rollout, scope);
  const checklist = useQuery({
    ...checklistQuery(scope, rollout.id, rollout.version),
    placeholderData: keepPreviousData,
  });
  return (
    <Section title="Checklist" lead="Serin ticks what it can see; the rest is yours.">
      <QueryView query={checklist} loading={<LoadingBlock height={240} />}>
        {({ items }) => (
          <div className={styles.phases}>
            {PHASES.map(({ phase, title }) => (
              <Phase
                key={phase}
                title={title}
                items={items.filter((item) => item.phase === phase && item.state !== 'none')}
                rollout={rollout}
                scope={scope}
              />
            ))}
          </div>
        )}
      </QueryView>
    </Section>
  );
}

/** Notes that a person looks at this, again and again while they do. */
function useVisit(rollout: Rollout, scope: Scope) {
  const isRunning = rollout.started_at !== null && rollout.finished_at === null;
  const { id } = rollout;
  // A scope is a new object in every render; its texts are not.
  const { project_id: projectId } = scope.params;
  const { environment } = scope.query;
  useEffect(() => {
    if (!isRunning) return;
    const note = () => {
      // A tab that nobody looks at is no visit. What cannot be noted is tried again.
      if (document.visibilityState === 'visible')
        noteVisit(projectId, environment, id).catch(() => {});
    };
    note();
    const timer = setInterval(note, VISIT_MS);
    return () => clearInterval(timer);
  }, [isRunning, id, projectId, environment]);
}

type PhaseProps = Props & { readonly title: string; readonly items: readonly CheckItem[] };

function Phase({ title, items, rollout, scope }: PhaseProps) {
  if (items.length === 0) return null;
  return (
    <div>
      <h3 className={styles.title}>{title}</h3>
      <ul className={styles.items}>
        {items.map((item) => (
          <li key={item.id}>
            {item.is_automatic ? (
              <Automatic item={item} />
            ) : (
              <Manual item={item} rollout={rollout} scope={scope} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const MARKS: Record<CheckItem['state'], { readonly icon: ReactNode; readonly words: string }> = {
  done: { icon: <IconCheck size={15} stroke={2.4} />, words: 'done' },
  open: { icon: <IconCircle size={15} stroke={1.8} />, words: 'open' },
  ahead: { icon: <IconCircleDashed size={15} stroke={1.6} />, words: 'later' },
  missed: { icon: <IconX size={15} stroke={2.2} />, words: 'missed' },
  none: { icon: <IconMinus size={15} />, words: 'does not apply' },
};

function Automatic({ item }: { readonly item: CheckItem }) {
  const { icon, words } = MARKS[item.state];
  return (
    <div className={styles.item}>
      <span className={`${styles.mark} ${styles[item.state]}`} role="img" aria-label={words}>
        {icon}
      </span>
      <div>
        {item.text}
        {item.detail && <span className={styles.detail}> {item.detail}</span>}
      </div>
    </div>
  );
}

function Manual({ item, rollout, scope }: Props & { readonly item: CheckItem }) {
  const tick = useTick(scope, rollout.id);
  const isDone = tick.isPending ? tick.variables.done : item.state === 'done';
  const { ticked } = item;
  // What Serin has seen stays ticked.
  const isSeen = item.state === 'done' && ticked === null;
  return (
    <Checkbox
      size="xs"
      checked={isDone}
      disabled={isSeen}
      onChange={(event) =>
        tick.mutate({ item: item.id, done: event.currentTarget.checked }, { onError: toastError })
      }
      label={
        <span className={styles.label}>
          {item.text}
          {ticked ? (
            <span className={styles.detail}>
              {' '}
              {ticked.by}, <Time at={ticked.at} />
            </span>
          ) : (
            item.detail && <span className={styles.detail}> {item.detail}</span>
          )}
        </span>
      }
    />
  );
}
