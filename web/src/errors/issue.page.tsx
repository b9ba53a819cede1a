// One error: how often, to whom, since which release, for whom of a flag, and the stack.
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import {
  DEFAULT_SINCE,
  type Issue,
  type IssueNumbers,
  issueNumbersQuery,
  issueQuery,
  issueVariantsQuery,
} from '../api/errors.ts';
import { type Scope, useScope } from '../api/session.ts';
import { colorOf } from '../charts/palette.ts';
import { RecordingsLink } from '../replay/recordings-link.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { formatNumber } from '../ui/format.ts';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { RANGES, stateOf, variantSentence } from './error-words.ts';
import styles from './errors.module.css';
import { IssueActions } from './issue-actions.tsx';
import { IssueChart } from './issue-chart.tsx';
import { IssueEvents } from './issue-events.tsx';
import { JoinedSection } from './joined-section.tsx';
import { PartsSections } from './parts-section.tsx';
import { VariantsSection } from './variants-section.tsx';

function IssuePage() {
  const scope = useScope();
  const { issueId } = useParams({ from: '/app/errors/$issueId' });
  const issue = useQuery(issueQuery(scope, issueId));
  return (
    <Page>
      <QueryView query={issue} loading={<LoadingBlock height={480} />}>
        {(data) => <IssueView issue={data} scope={scope} />}
      </QueryView>
    </Page>
  );
}

function IssueView({ issue, scope }: { issue: Issue; scope: Scope }) {
  const { since = DEFAULT_SINCE } = useSearch({ from: '/app/errors/$issueId' });
  const navigate = useNavigate({ from: '/errors/$issueId' });
  const numbers = useQuery(issueNumbersQuery(scope, issue.id, since));
  const { label, tone, hollow } = stateOf(issue);
  const where = { scope, issueId: issue.id, since };
  return (
    <>
      <PageHeader
        title={issue.name}
        lead={issue.description || 'It has no message.'}
        badge={
          <StatusBadge tone={tone} hollow={hollow}>
            {label}
          </StatusBadge>
        }
        actions={
          <>
            <RecordingsLink
              isLarge
              filter={{
                date_from: since,
                conditions: [{ kind: 'exception', issue: issue.id, without_session: true }],
              }}
            />
            <IssueActions issue={issue} scope={scope} />
          </>
        }
        back={{ to: '/errors', label: 'Errors' }}
      />
      <Said {...where} />
      <Section
        title="How often"
        actions={
          <FilterSelect
            label="Last 7 days"
            data={RANGES.filter(({ value }) => value !== DEFAULT_SINCE)}
            value={since === DEFAULT_SINCE ? undefined : since}
            onChange={(next) => void navigate({ search: { since: next }, replace: true })}
          />
        }
      >
        <QueryView query={numbers} loading={<LoadingBlock height={380} />}>
          {(data) => (
            <>
              <Facts issue={issue} numbers={data} />
              <IssueChart numbers={data} />
            </>
          )}
        </QueryView>
      </Section>
      <VariantsSection {...where} />
      <IssueEvents key={since} {...where} />
      <JoinedSection scope={scope} issue={issue} />
      {numbers.data && <PartsSections numbers={numbers.data} />}
    </>
  );
}

type SaidProps = { readonly scope: Scope; readonly issueId: string; readonly since: string };

/** The one sentence that decides what to do, where the data says it. */
function Said({ scope, issueId, since }: SaidProps) {
  const { data } = useQuery(issueVariantsQuery(scope, issueId, since));
  const [sentence] = (data?.flags ?? []).flatMap((flag) => variantSentence(flag) ?? []);
  if (sentence === undefined) return null;
  return (
    <p role="status" className={styles.said}>
      {sentence}
    </p>
  );
}

function Facts({ issue, numbers }: { issue: Issue; numbers: IssueNumbers }) {
  const { occurrences, users, sessions } = numbers.aggregations;
  return (
    <dl className={styles.facts}>
      <Fact name="Exceptions" color="harm">
        {formatNumber(occurrences)}
      </Fact>
      <Fact name="People" color="grey">
        {formatNumber(users)}
      </Fact>
      <Fact name="Sessions">{formatNumber(sessions)}</Fact>
      <Fact name="First seen">
        <Time at={issue.first_seen} />
        {issue.first_release !== '' && ` in ${issue.first_release}`}
      </Fact>
      <Fact name="Last seen">
        <Time at={issue.last_seen} />
      </Fact>
      {issue.regressed_at !== null && (
        <Fact name="Came back">
          <Time at={issue.regressed_at} />
        </Fact>
      )}
    </dl>
  );
}

type FactProps = {
  readonly name: string;
  /** Of its line in the chart below. */
  readonly color?: 'harm' | 'grey';
  readonly children: React.ReactNode;
};

function Fact({ name, color, children }: FactProps) {
  return (
    <div>
      <dt>
        {color && <i className={`${styles.dot} ${colorOf(color)}`} aria-hidden />}
        {name}
      </dt>
      <dd className={styles.small}>{children}</dd>
    </div>
  );
}

export const issueRoute = createLazyRoute('/app/errors/$issueId')({ component: IssuePage });
