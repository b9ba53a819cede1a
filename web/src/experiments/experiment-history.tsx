// What was done to the experiment, by whom and why.
import { useQuery } from '@tanstack/react-query';
import { type Experiment, experimentHistoryQuery } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { AuditItem } from '../audit/audit-item.tsx';
import audit from '../audit/audit.module.css';
import { Section } from '../ui/page.tsx';
import { QueryView } from '../ui/states.tsx';

type ExperimentHistoryProps = { readonly experiment: Experiment; readonly scope: Scope };

export function ExperimentHistory({ experiment, scope }: ExperimentHistoryProps) {
  const history = useQuery(experimentHistoryQuery(scope, experiment.id));
  return (
    <Section title="History" flush>
      <QueryView query={history}>
        {({ results }) => (
          <ol className={audit.list} aria-label="History">
            {results.map((entry) => (
              <AuditItem key={entry.id} entry={entry} environments={scope.project.environments} />
            ))}
          </ol>
        )}
      </QueryView>
    </Section>
  );
}
