// What can be done with an experiment now.
import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconDots,
  IconLink,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRocket,
  IconTrash,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type Experiment,
  type Verb,
  useDeleteExperiment,
  useExperimentVerb,
  useUpdateExperiment,
} from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import type { Question } from '../ui/question.ts';
import { toastDone, toastError } from '../ui/toast.ts';
import { AS_IS, EndDialog } from './end-dialog.tsx';
import { CONTROL } from './draft.ts';
import { ExperimentLinks } from './experiment-links.tsx';
import { parametersOf } from './experiment-words.ts';
import { said } from './said.ts';
import { SharesDialog } from './shares-dialog.tsx';
import { useLaunch } from './use-launch.ts';

type LifeActionsProps = { readonly experiment: Experiment; readonly scope: Scope };

const QUESTIONS: Readonly<Partial<Record<Verb, Question>>> = {
  launch: {
    title: 'Launch the experiment?',
    body: 'Its flag is switched on. From now on people get a variant and count; who counts stays as it is.',
    action: 'Launch',
  },
  pause: {
    title: 'Pause the experiment?',
    body: 'Its flag is switched off: nobody gets a variant until it goes on. What people do meanwhile still counts for the variant that they had.',
    action: 'Pause',
    reason: 'optional',
  },
  resume: {
    title: 'Go on with the experiment?',
    body: 'Its flag is switched on, and people get the variants that they had.',
    action: 'Go on',
  },
};
const DONE: Readonly<Partial<Record<Verb, string>>> = {
  pause: 'The experiment is paused.',
  resume: 'The experiment goes on.',
};

export function LifeActions({ experiment, scope }: LifeActionsProps) {
  const press = usePress(experiment, scope);
  const [keep, setKeep] = useState<string | null>(null);
  const [dialog, setDialog] = useState<'shares' | 'links' | null>(null);
  const { status } = experiment;
  const navigate = useNavigate();
  const isOpen = status === 'running' || status === 'paused';
  return (
    <Group gap="xs">
      {status === 'draft' && (
        <>
          <Button
            variant="default"
            leftSection={<IconPencil size={16} />}
            onClick={() =>
              void navigate({
                to: '/experiments/$experimentId/edit',
                params: { experimentId: String(experiment.id) },
              })
            }
          >
            Edit
          </Button>
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            loading={press.isPending}
            onClick={() => void press.ask('launch')}
          >
            Launch
          </Button>
        </>
      )}
      {status === 'running' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={press.isPending}
          onClick={() => void press.ask('pause')}
        >
          Pause
        </Button>
      )}
      {status === 'paused' && (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={press.isPending}
          onClick={() => void press.ask('resume')}
        >
          Go on
        </Button>
      )}
      {isOpen && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} />}
          onClick={() => setKeep(AS_IS)}
        >
          Stop…
        </Button>
      )}
      <More
        experiment={experiment}
        scope={scope}
        onKeep={setKeep}
        onShares={() => setDialog('shares')}
        onLinks={() => setDialog('links')}
      />
      <Opened which={dialog} {...{ experiment, scope }} onClose={() => setDialog(null)} />
      {keep !== null && (
        <EndDialog
          experiment={experiment}
          scope={scope}
          keep={keep}
          onClose={() => setKeep(null)}
        />
      )}
    </Group>
  );
}

type OpenedProps = LifeActionsProps & {
  readonly which: 'shares' | 'links' | null;
  readonly onClose: () => void;
};

function Opened({ which, ...props }: OpenedProps) {
  if (which === null) return null;
  return which === 'shares' ? <SharesDialog {...props} /> : <ExperimentLinks {...props} />;
}

function usePress(experiment: Experiment, scope: Scope) {
  const verb = useExperimentVerb(scope);
  const confirm = useConfirm();
  const run = useGuarded(scope);
  const { launch, isPending } = useLaunch(scope);
  const ask = async (name: Verb) => {
    const question = QUESTIONS[name];
    const answer = question && (await confirm(question));
    if (!answer) return;
    if (name === 'launch') return launch(experiment.id);
    const first = answer.reason ? { reason: answer.reason } : {};
    const send = (body: { reason?: string }) =>
      verb.mutateAsync({ id: experiment.id, verb: name, body });
    try {
      const done = await run({ answers: first, send: (answers) => send(said(answers)) });
      if (done) toastDone(DONE[name] ?? 'Done.');
    } catch (error) {
      toastError(error);
    }
  };
  return { ask, isPending: verb.isPending || isPending };
}

type MoreProps = LifeActionsProps & {
  readonly onKeep: (variant: string) => void;
  readonly onShares: () => void;
  readonly onLinks: () => void;
};

function useUpkeep({ id, archived, name }: Experiment, scope: Scope) {
  const navigate = useNavigate();
  const update = useUpdateExperiment(scope);
  const remove = useDeleteExperiment(scope);
  const confirm = useConfirm();
  const archive = () =>
    update.mutate(
      { id, archived: !archived },
      {
        onSuccess: () => toastDone(archived ? 'It is back.' : 'It is archived.'),
        onError: toastError,
      },
    );
  const ask = async () => {
    const answer = await confirm({
      title: `Delete “${name}”?`,
      body: 'Its results go with it. The flag stays as it is.',
      action: 'Delete',
      tone: 'harm',
      reason: 'optional',
    });
    if (!answer) return;
    remove.mutate(
      { id, reason: answer.reason },
      {
        onSuccess: () => {
          toastDone('It is deleted.');
          void navigate({ to: '/experiments' });
        },
        onError: toastError,
      },
    );
  };
  return { archive, ask };
}

function More({ experiment, scope, onKeep, onShares, onLinks }: MoreProps) {
  const navigate = useNavigate();
  const { archive, ask } = useUpkeep(experiment, scope);
  const { id, status, archived } = experiment;
  const isOpen = status === 'running' || status === 'paused';
  const Archive = archived ? IconArchiveOff : IconArchive;
  const variants = parametersOf(experiment).feature_flag_variants.filter(
    ({ key }) => key !== CONTROL,
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="More actions">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {status !== 'draft' && (
          <>
            {variants.map(({ key }) => (
              <Menu.Item
                key={key}
                leftSection={<IconRocket size={16} stroke={1.6} />}
                onClick={() => onKeep(key)}
              >
                Ship {key}…
              </Menu.Item>
            ))}
            <Menu.Item
              leftSection={<IconRocket size={16} stroke={1.6} style={{ rotate: '180deg' }} />}
              onClick={() => onKeep(CONTROL)}
            >
              Roll back to control…
            </Menu.Item>
            {isOpen && (
              <Menu.Item
                leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.6} />}
                onClick={onShares}
              >
                Change the shares…
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        {status !== 'draft' && (
          <Menu.Item leftSection={<IconLink size={16} stroke={1.6} />} onClick={onLinks}>
            Share the results…
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconCopy size={16} stroke={1.6} />}
          onClick={() => void navigate({ to: '/experiments/new', search: { like: String(id) } })}
        >
          Duplicate…
        </Menu.Item>
        {!isOpen && (
          <>
            <Menu.Item leftSection={<Archive size={16} stroke={1.6} />} onClick={archive}>
              {archived ? 'Bring back' : 'Archive'}
            </Menu.Item>
            <Menu.Item
              color="harm"
              leftSection={<IconTrash size={16} stroke={1.6} />}
              onClick={() => void ask()}
            >
              Delete…
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
