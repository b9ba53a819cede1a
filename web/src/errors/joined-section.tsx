// What was joined in an error, each part to be split off again; nothing while it is of one kind.
import { useQuery } from '@tanstack/react-query';
import { type Issue, type IssuePart, issuePartsQuery, useSplitIssue } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { actionsColumn } from '../ui/row-actions.tsx';
import { QueryView } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import styles from './errors.module.css';

const COLUMNS: readonly Column<IssuePart>[] = [
  {
    title: 'Error',
    lead: true,
    cell: ({ name, description, place }) => (
      <div className={styles.what}>
        <strong>{name}</strong>
        <span className={styles.message}>{description || 'No message'}</span>
        {place !== '' && <code className={styles.place}>{place}</code>}
      </div>
    ),
  },
  {
    title: 'Exceptions',
    nameNarrow: true,
    shrink: true,
    align: 'end',
    cell: ({ occurrences }) => formatNumber(occurrences),
  },
  {
    title: 'Last seen',
    nameNarrow: true,
    shrink: true,
    cell: ({ last_seen: at }) => <Time at={at} />,
  },
];

export function JoinedSection({ scope, issue }: { scope: Scope; issue: Issue }) {
  const parts = useQuery({
    ...issuePartsQuery(scope, issue.id),
    enabled: issue.fingerprints.length > 1,
  });
  const split = useSplitIssue(scope, issue.id);
  if (issue.fingerprints.length < 2) return null;
  const take = (part: IssuePart) =>
    split.mutate([part.fingerprint], {
      onSuccess: () => toastDone('It is an error of its own again.'),
      onError: toastError,
    });
  const actions = actionsColumn<IssuePart>(
    (part) =>
      part.is_own
        ? []
        : [
            {
              label: 'Split off',
              name: `Split off ${part.name}: ${part.description}`,
              isPending: split.isPending && split.variables[0] === part.fingerprint,
              onClick: () => take(part),
            },
          ],
    { shrink: true },
  );
  return (
    <Section
      title="Joined in it"
      lead="Counted together. What is split off becomes an error of its own, with all its exceptions."
      flush
    >
      <QueryView query={parts}>
        {({ results }) => (
          <DataTable
            label="Joined in it"
            columns={[...COLUMNS, actions]}
            rows={results}
            rowKey={({ fingerprint }) => fingerprint}
          />
        )}
      </QueryView>
    </Section>
  );
}
