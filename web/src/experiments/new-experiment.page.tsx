// Sets up an experiment. It is launched at once or kept as a draft.
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useSearch } from '@tanstack/react-router';
import { type Experiment, experimentQuery, useCreateExperiment } from '../api/experiments.ts';
import { type Flag, flagsQuery } from '../api/flags.ts';
import { type Scope, useScope } from '../api/session.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { draftOf, type ExperimentDraft, newBodyOf, newExperiment } from './draft.ts';
import { ExperimentForm } from './experiment-form.tsx';
import { anew } from './metric-draft.ts';
import { useSaveDraft } from './use-save-draft.ts';

function NewExperiment() {
  const scope = useScope();
  const { flag, like } = useSearch({ from: '/app/experiments/new' });
  const flags = useQuery(flagsQuery(scope));
  const model = useQuery({ ...experimentQuery(scope, like ?? ''), enabled: like !== undefined });
  return (
    <Page>
      <PageHeader
        title="New experiment"
        lead="Gives variants to people by chance, and tells which one serves them better."
        back={{ to: '/experiments', label: 'Experiments' }}
      />
      <QueryView query={flags} loading={<LoadingBlock height={420} />}>
        {({ results }) =>
          like === undefined ? (
            <Form scope={scope} flags={results} initial={newExperiment(flag ?? null)} />
          ) : (
            <QueryView query={model} loading={<LoadingBlock height={420} />}>
              {(experiment) => <Form scope={scope} flags={results} initial={copyOf(experiment)} />}
            </QueryView>
          )
        }
      </QueryView>
    </Page>
  );
}

/** On a flag of its own: the old one has been decided upon, and people know it. */
function copyOf(experiment: Experiment): ExperimentDraft {
  const draft = draftOf(experiment);
  const fresh = newExperiment();
  return {
    ...draft,
    name: `${experiment.name} again`,
    takenFlag: null,
    flag: { ...fresh.flag, key: `${experiment.feature_flag_key}-2` },
    goals: draft.goals.map(anew),
    secondary: draft.secondary.map(anew),
    plan: null,
  };
}

type FormProps = {
  readonly scope: Scope;
  readonly flags: readonly Flag[];
  readonly initial: ExperimentDraft;
};

function Form({ scope, flags, initial }: FormProps) {
  const create = useCreateExperiment(scope);
  const { save, isPending } = useSaveDraft(scope);
  return (
    <ExperimentForm
      scope={scope}
      flags={flags}
      initial={initial}
      error={create.error}
      isSaving={create.isPending || isPending}
      cancel={
        <LinkButton to="/experiments" variant="default">
          Cancel
        </LinkButton>
      }
      onSave={(draft, isLaunch) =>
        void save((more) => create.mutateAsync({ ...newBodyOf(draft), ...more }), isLaunch)
      }
    />
  );
}

export const newExperimentRoute = createLazyRoute('/app/experiments/new')({
  component: NewExperiment,
});
