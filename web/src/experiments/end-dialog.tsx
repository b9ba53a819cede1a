// The end of an experiment: what came of it, and who gets what from now on.
import { Button, Checkbox, Group, Radio, Select, Stack, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Experiment, type Verb, useExperimentVerb } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { toastDone } from '../ui/toast.ts';
import { CONTROL } from './draft.ts';
import { CONCLUSION_CHOICES, parametersOf } from './experiment-words.ts';
import { said } from './said.ts';

/** The flag stays as it is: people keep what they have. */
export const AS_IS = '';

type EndDialogProps = {
  readonly experiment: Experiment;
  readonly scope: Scope;
  /** Proposed: a variant's key, or {@link AS_IS}. */
  readonly keep: string;
  readonly onClose: () => void;
};

type Conclusion = NonNullable<Experiment['conclusion']>;

const likely = (keep: string): Conclusion =>
  keep === AS_IS ? 'inconclusive' : keep === CONTROL ? 'lost' : 'won';

export function EndDialog(props: EndDialogProps) {
  const isStopped = props.experiment.status === 'stopped';
  return (
    <Dialog
      opened
      size="md"
      title={isStopped ? 'Ship a variant' : `Stop “${props.experiment.name}”`}
      onClose={props.onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <EndForm {...props} />
    </Dialog>
  );
}

function EndForm({ experiment, scope, keep: proposed, onClose }: EndDialogProps) {
  const isStopped = experiment.status === 'stopped';
  // What is decided upon is what was read when the dialog opened, whatever comes in meanwhile.
  const [version] = useState(experiment.version);
  const [isSure, setSure] = useState(false);
  const [keep, setKeep] = useState(proposed);
  const [conclusion, setConclusion] = useState<Conclusion>(
    experiment.conclusion ?? likely(proposed),
  );
  const [comment, setComment] = useState(experiment.conclusion_comment ?? '');
  const [error, setError] = useState<unknown>(null);
  const verb = useExperimentVerb(scope);
  const run = useGuarded(scope);
  const isHarmful = isStopped && (experiment.last_look?.harmful ?? []).includes(keep);
  const doubt = isHarmful ? 'although a guardrail stopped it for harm' : doubtOf(experiment, keep);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const name: Verb = keep === AS_IS ? 'end' : keep === CONTROL ? 'rollBack' : 'shipVariant';
    const body = {
      version,
      conclusion,
      ...(comment.trim() ? { conclusion_comment: comment.trim() } : {}),
      ...(name === 'shipVariant' ? { variant_key: keep, over_guardrail: isHarmful && isSure } : {}),
    };
    try {
      const ended = await run({
        send: (answers) =>
          verb.mutateAsync({ id: experiment.id, verb: name, body: { ...body, ...said(answers) } }),
      });
      if (!ended) return;
      toastDone(doneWords(name, keep));
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <ErrorAlert error={error} />
        <Keep
          experiment={experiment}
          keep={keep}
          canStay={!isStopped}
          onChange={(next) => {
            setKeep(next);
            setSure(false);
            setConclusion(likely(next));
          }}
        />
        {doubt && <AllTheSame variant={keep} why={doubt} isSure={isSure} onChange={setSure} />}
        <Select
          label="What came of it"
          data={CONCLUSION_CHOICES}
          value={conclusion}
          allowDeselect={false}
          onChange={(value) => setConclusion((value ?? 'inconclusive') as Conclusion)}
        />
        <Learned comment={comment} onChange={setComment} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={keep === CONTROL || isHarmful ? 'harm' : 'pine'}
            loading={verb.isPending}
            data-autofocus
          >
            {buttonWords(keep)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why nobody knows whether the variant is better; undefined where that is no matter. */
function doubtOf({ last_look: look }: Experiment, keep: string): string | undefined {
  return look?.status === 'unhealthy' && keep !== AS_IS && keep !== CONTROL
    ? 'although its numbers are not to be trusted: people did not come as planned'
    : undefined;
}

type LearnedProps = { readonly comment: string; readonly onChange: (comment: string) => void };

function Learned({ comment, onChange }: LearnedProps) {
  return (
    <Textarea
      label="What you learned"
      description="Stands on the experiment’s page, for whoever tries the like."
      placeholder="Optional"
      autosize
      minRows={2}
      maxLength={10_000}
      value={comment}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

type AllTheSameProps = {
  readonly variant: string;
  readonly why: string;
  readonly isSure: boolean;
  readonly onChange: (isSure: boolean) => void;
};

/** A variant that a guardrail stopped, or of which nothing is known, is given to everyone by whoever says so. */
function AllTheSame({ variant, why, isSure, onChange }: AllTheSameProps) {
  return (
    <Checkbox
      color="harm"
      required
      label={
        <>
          Everyone is to get <code>{variant}</code>, {why}
        </>
      }
      checked={isSure}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function buttonWords(keep: string): string {
  if (keep === AS_IS) return 'Stop the experiment';
  return keep === CONTROL ? 'Roll back to control' : `Ship ${keep}`;
}

function doneWords(verb: Verb, keep: string): string {
  if (verb === 'end') return 'The experiment is stopped.';
  return verb === 'rollBack' ? 'Everyone gets control.' : `Everyone gets ${keep}.`;
}

type KeepProps = {
  readonly experiment: Experiment;
  readonly keep: string;
  readonly canStay: boolean;
  readonly onChange: (keep: string) => void;
};

function Keep({ experiment, keep, canStay, onChange }: KeepProps) {
  const variants = parametersOf(experiment).feature_flag_variants;
  return (
    <Radio.Group
      label="From now on"
      description={`What the flag ${experiment.feature_flag_key} gives to people.`}
      value={keep}
      onChange={onChange}
    >
      <Stack gap={8} mt={8}>
        {variants.map(({ key }) => (
          <Radio
            key={key}
            value={key}
            label={
              <>
                Everyone gets <code>{key}</code>
              </>
            }
          />
        ))}
        {canStay && <Radio value={AS_IS} label="People keep what they have" />}
      </Stack>
    </Radio.Group>
  );
}
