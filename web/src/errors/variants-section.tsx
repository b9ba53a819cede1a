// An error's people by the flags that they had, each value against control.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FlagVariants, issueVariantsQuery, type VariantRow } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatNumber, formatShare, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { intervalText, ratioText, variantSentence } from './error-words.ts';
import styles from './errors.module.css';

type VariantsSectionProps = {
  readonly scope: Scope;
  readonly issueId: string;
  readonly since: string;
};

export function VariantsSection({ scope, issueId, since }: VariantsSectionProps) {
  const variants = useQuery(issueVariantsQuery(scope, issueId, since));
  return (
    <Section
      title="By flag"
      lead="People who had each value of a flag, and how many of them met this error. The ratio is to control; its interval covers the true one with 95 %."
      flush
    >
      <QueryView query={variants}>
        {({ flags }) =>
          flags.length === 0 ? (
            <EmptyState title="No flags are known">
              None of the people who met this error has been told the value of a flag in this time.
            </EmptyState>
          ) : (
            flags.map((flag) => <Flag key={flag.flag_key} flag={flag} />)
          )
        }
      </QueryView>
    </Section>
  );
}

const COLUMNS: readonly Column<VariantRow>[] = [
  {
    title: 'Value',
    lead: true,
    cell: ({ variant, is_control: isControl }) => (
      <>
        <code>{variant}</code>
        {isControl && <span className={styles.dim}> control</span>}
      </>
    ),
  },
  {
    title: 'Had it',
    nameNarrow: true,
    align: 'end',
    cell: ({ exposed }) => formatNumber(exposed),
  },
  {
    title: 'Met the error',
    nameNarrow: true,
    align: 'end',
    cell: ({ affected, exposed }) =>
      `${formatNumber(affected)}${exposed > 0 ? ` (${formatShare(affected / exposed)})` : ''}`,
  },
  {
    title: 'Ratio to control',
    nameNarrow: true,
    align: 'end',
    cell: ({ ratio }) => (ratio === null ? '–' : ratioText(ratio)),
  },
  {
    title: 'Interval',
    nameNarrow: true,
    align: 'end',
    cell: (row) => intervalText(row) || '–',
  },
];

function Flag({ flag }: { flag: FlagVariants }) {
  const sentence = variantSentence(flag);
  return (
    <div className={styles.flag}>
      <div className={styles.flagHead}>
        <h3>
          <Link to="/feature-flags/$flagId" params={{ flagId: flag.flag_key }}>
            {flag.flag_key}
          </Link>
        </h3>
        {sentence ? (
          <strong>{sentence}</strong>
        ) : (
          <span className={styles.dim}>No clear difference</span>
        )}
      </div>
      <DataTable
        label={`Values of ${flag.flag_key}`}
        columns={COLUMNS}
        rows={flag.variants}
        rowKey={({ variant }) => variant}
      />
      {flag.unknown > 0 && (
        <p className={`${styles.dim} ${styles.flagHead}`}>
          Of {plural(flag.unknown, 'more person', 'more people')} no value, or several, are known.
        </p>
      )}
    </div>
  );
}
