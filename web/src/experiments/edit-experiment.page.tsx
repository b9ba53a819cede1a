// Changes the set-up of an experiment: all of a draft; of one that runs, what does not change who counts.
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useParams } from '@tanstack/react-router';
import { type Experiment, experimentQuery, useUpdateExperiment } from '../api/experiments.ts';
import { type Flag, flagsQuery } from '../api/flags.ts';
import { type Scope, useScope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader, Section } from '../ui/page.tsx';
import { EmptyState, LoadingBlock, QueryView } from '../ui/states.tsx';
import { changeBodyOf, draftOf } from './draft.ts';
import { ExperimentForm } from './experiment-form.tsx';
import { useSaveDraft } from './use-save-draft.ts';

function EditExperiment() {
  const scope = useScope();
  const { experimentId } = useParams({ from: '/app/experiments/$experimentId/edit' });
  // Asked once: what somebody else saves meanwhile is a conflict, not a form that changes by itself.
  const experiment = useQuery({
    ...experimentQuery(scope, experimentId),
    refetchInterval: false,
    refetchOnWindowFocus: false,
  });
  const flags = useQuery(flagsQuery(scope));
  return (
    <Page>
      <QueryView query={experiment} loading={<LoadingBlock height={420} />}>
        {(data) => (
          <>
            <PageHeader
              title={`Edit ${data.name}`}
              back={{ to: `/experiments/${data.id}`, label: data.name }}
            />
            {data.status === 'draft' ? (
              <QueryView query={flags} loading={<LoadingBlock height={420} />}>
                {({ results }) => <Form scope={scope} flags={results} experiment={data} />}
              </QueryView>
            ) : (
              <Section flush>
                <EmptyState title="Its set-up stays as it was at the launch">
                  Duplicate the experiment to try something else.
                </EmptyState>
              </Section>
            )}
          </>
        )}
      </QueryView>
    </Page>
  );
}

type FormProps = {
  readonly scope: Scope;
  readonly flags: readonly Flag[];
  readonly experiment: Experiment;
};

function Form({ scope, flags, experiment }: FormProps) {
  const update = useUpdateExperiment(scope);
  const { save, isPending } = useSaveDraft(scope);
  const { id } = experiment;
  return (
    <ExperimentForm
      scope={scope}
      flags={flags}
      initial={draftOf(experiment)}
      isStored
      error={update.error}
      isSaving={update.isPending || isPending}
      cancel={
        <LinkButton
          to="/experiments/$experimentId"
          params={{ experimentId: String(id) }}
          variant="default"
        >
          Cancel
        </LinkButton>
      }
      onSave={(draft, isLaunch) =>
        void save(
          (more) => update.mutateAsync({ id, ...changeBodyOf(draft, experiment.version), ...more }),
          isLaunch,
        )
      }
    />
  );
}

export const editExperimentRoute = createLazyRoute('/app/experiments/$experimentId/edit')({
  component: EditExperiment,
});
