// Sets up an experiment. It is launched at once or kept as a draft.
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router';
import {
  type Experiment,
  experimentQuery,
  useCreateExperiment,
  useExperimentVerb,
} from '../api/experiments.ts';
import { type Flag, flagsQuery } from '../api/flags.ts';
import { type Scope, useScope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { focusFirstProblem } from '../ui/focus-problem.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Page, PageHeader } from '../ui/page.tsx';
import { LoadingBlock, QueryView } from '../ui/states.tsx';
import { toastDone, toastError } from '../ui/toast.ts';
import { draftOf, type ExperimentDraft, newBodyOf, newExperiment } from './draft.ts';
import { ExperimentForm } from './experiment-form.tsx';
import { said } from './said.ts';

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
  const anew = <T extends { readonly original: unknown }>(one: T): T => ({
    ...one,
    original: null,
  });
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
  const navigate = useNavigate();
  const create = useCreateExperiment(scope);
  const verb = useExperimentVerb(scope);
  const run = useGuarded(scope);
  const save = async (draft: ExperimentDraft, isLaunch: boolean) => {
    const body = newBodyOf(draft);
    const made = await run({
      send: (answers) => create.mutateAsync({ ...body, ...said(answers) }),
    }).catch(() => undefined);
    if (!made) return focusFirstProblem();
    // One that cannot be launched is kept as a draft; its page says what is to be done.
    if (isLaunch) {
      await run({
        send: (answers) => verb.mutateAsync({ id: made.id, verb: 'launch', body: said(answers) }),
      }).then((launched) => launched && toastDone('The experiment runs.'), toastError);
    }
    await navigate({
      to: '/experiments/$experimentId',
      params: { experimentId: String(made.id) },
    });
  };
  return (
    <ExperimentForm
      scope={scope}
      flags={flags}
      initial={initial}
      error={create.error}
      isSaving={create.isPending || verb.isPending}
      cancel={
        <LinkButton to="/experiments" variant="default">
          Cancel
        </LinkButton>
      }
      onSave={(draft, isLaunch) => void save(draft, isLaunch)}
    />
  );
}

export const newExperimentRoute = createLazyRoute('/app/experiments/new')({
  component: NewExperiment,
});
