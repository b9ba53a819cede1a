// What people of the stages said: the questions with how many have answered, and the answers, newest first.
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Feedback as Answers, FEEDBACK_ROWS, feedbackQuery } from '../api/feedback.ts';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { formatNumber } from '../ui/format.ts';
import { LinkedText } from '../ui/linked-text.tsx';
import { Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import styles from './rollout.module.css';

type Props = { readonly rollout: Rollout; readonly scope: Scope };

export function Feedback({ rollout, scope }: Props) {
  const [offset, setOffset] = useState(0);
  const feedback = useQuery(feedbackQuery(scope, rollout.id, offset));
  return (
    <Section title="What people say" lead="Asked of those who have the change, stage by stage.">
      <QueryView query={feedback} loading={<LoadingBlock height={120} />}>
        {({ stages, results, has_more: hasMore }) => (
          <div className={styles.drills}>
            <ul className={styles.reasons}>
              {stages.map((stage) => (
                <Asked key={stage.index} stage={stage} />
              ))}
            </ul>
            {results.length === 0 && <p className={styles.detail}>Nobody has answered yet.</p>}
            <ul className={styles.answers} aria-label="Answers">
              {results.map((answer) => (
                <li key={`${answer.at} ${answer.distinct_id}`}>
                  <p className={styles.answer}>{answer.text}</p>
                  <span className={styles.dim}>
                    {rollout.stages[answer.stage_index]?.name},{' '}
                    <Link to="/events" search={{ distinct_id: answer.distinct_id }}>
                      {answer.distinct_id}
                    </Link>
                    , <Time at={answer.at} />
                  </span>
                </li>
              ))}
            </ul>
            {(offset > 0 || hasMore) && (
              <Group gap="xs">
                <Button
                  variant="default"
                  size="compact-sm"
                  disabled={offset === 0}
                  onClick={() => setOffset(Math.max(0, offset - FEEDBACK_ROWS))}
                >
                  Newer
                </Button>
                <Button
                  variant="default"
                  size="compact-sm"
                  disabled={!hasMore}
                  onClick={() => setOffset(offset + FEEDBACK_ROWS)}
                >
                  Older
                </Button>
              </Group>
            )}
          </div>
        )}
      </QueryView>
    </Section>
  );
}

function Asked({ stage }: { stage: Answers['stages'][number] }) {
  const { name, question, channel, shown, answered } = stage;
  return (
    <li>
      <strong>{name}</strong> {question && <>“{question}” </>}
      {question && (
        <span className={styles.dim}>
          {formatNumber(answered)} answered of {formatNumber(shown)} who were asked
        </span>
      )}
      {channel && (
        <span className={styles.dim}>
          {question ? '; also in ' : 'said in '}
          <LinkedText text={channel} />
        </span>
      )}
    </li>
  );
}
