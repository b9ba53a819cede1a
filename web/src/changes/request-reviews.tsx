// Who approves, who asks for something else, and how many are still missing.
import { IconCircleCheck, IconMessageReport } from '@tabler/icons-react';
import type { ChangeRequest } from '../api/changes.ts';
import { plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import styles from './changes.module.css';

export function RequestReviews({ request }: { request: ChangeRequest }) {
  const { given, required } = request.approvals;
  const missing = Math.max(0, required - given);
  const lead =
    required === 0
      ? 'No approval is needed here.'
      : missing === 0
        ? 'It is approved.'
        : `${plural(missing, 'approval is', 'approvals are')} missing.`;
  return (
    <Section title="Reviews" lead={request.state === 'open' ? lead : undefined}>
      {request.reviews.length === 0 ? (
        <span className={styles.dim}>Nobody has judged it yet.</span>
      ) : (
        <ul className={styles.reviews}>
          {request.reviews.map(({ user, verdict, at }) => (
            <li key={user.id} className={styles.review}>
              {verdict === 'approved' ? (
                <IconCircleCheck size={18} className={styles.approved} aria-label="Approves" />
              ) : (
                <IconMessageReport
                  size={18}
                  className={styles.objected}
                  aria-label="Asks for changes"
                />
              )}
              <span>
                {user.label}{' '}
                <span className={styles.dim}>
                  <Time at={at} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
