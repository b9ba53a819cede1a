// Errors that have to do with a flag, on its page and on that of its rollout; nothing while no error surely does.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { errorsQuery } from '../api/errors.ts';
import type { Scope } from '../api/session.ts';
import { formatNumber } from '../ui/format.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import { tellingRow } from './error-words.ts';
import styles from './errors.module.css';
import { VariantChip } from './variant-chip.tsx';

const SHOWN = 5;

export function FlagErrors({ scope, flagKey }: { scope: Scope; flagKey: string }) {
  const { data } = useQuery(errorsQuery(scope, { flag: flagKey }));
  const telling = (data?.results ?? []).filter(({ flag }) => {
    const verdict = flag && tellingRow(flag)?.verdict;
    return verdict === 'only' || verdict === 'more';
  });
  if (telling.length === 0) return null;
  return (
    <Section
      title="Errors that come with it"
      lead="More frequent with the flag than without, beyond chance, in the last seven days."
      actions={
        <LinkButton to="/errors" search={{ flag: flagKey }} variant="default" size="compact-sm">
          All errors
        </LinkButton>
      }
    >
      <ul className={styles.list}>
        {telling.slice(0, SHOWN).map((issue) => (
          <li key={issue.id}>
            <Link to="/errors/$issueId" params={{ issueId: issue.id }} className={styles.link}>
              {issue.name}
            </Link>{' '}
            <span className={styles.message}>{issue.description}</span>
            <span className={styles.under}>
              {issue.flag && <VariantChip flag={issue.flag} />}
              <span className={styles.dim}>{formatNumber(issue.aggregations.users)} people</span>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
