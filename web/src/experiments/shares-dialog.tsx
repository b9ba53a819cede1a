// Other shares for the variants of a running experiment.
import { Alert, Button, Group, NumberInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Experiment, useUpdateExperiment } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { useGuarded } from '../changes/use-guarded.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import { formatNumber } from '../ui/format.ts';
import { toastDone } from '../ui/toast.ts';
import { parametersOf } from './experiment-words.ts';
import { said } from './said.ts';

type SharesDialogProps = {
  readonly experiment: Experiment;
  readonly scope: Scope;
  readonly onClose: () => void;
};

export function SharesDialog(props: SharesDialogProps) {
  return (
    <Dialog
      opened
      size="md"
      title="Change the shares"
      onClose={props.onClose}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SharesForm {...props} />
    </Dialog>
  );
}

function SharesForm({ experiment, scope, onClose }: SharesDialogProps) {
  const [variants, setVariants] = useState(parametersOf(experiment).feature_flag_variants);
  // Changed is what was read when the dialog opened, whatever comes in meanwhile.
  const [version] = useState(experiment.version);
  const [error, setError] = useState<unknown>(null);
  const update = useUpdateExperiment(scope);
  const run = useGuarded(scope);
  const sum = variants.reduce((total, one) => total + one.rollout_percentage, 0);
  const isWhole = Math.abs(sum - 100) < 1e-6;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const parameters = { feature_flag_variants: [...variants] };
    try {
      const changed = await run({
        send: (answers) =>
          update.mutateAsync({ id: experiment.id, version, parameters, ...said(answers) }),
      });
      if (!changed) return;
      toastDone('The shares are changed.');
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <ErrorAlert error={error} />
        <Alert color="watch" variant="light">
          Some get another variant than before; they count for the first that they were given. From
          now on only those are compared with each other who come under the same shares, so it takes
          longer until something is sure.
        </Alert>
        {variants.map(({ key, rollout_percentage: share }, index) => (
          <NumberInput
            key={key}
            label={key}
            suffix=" %"
            min={0}
            max={100}
            decimalScale={2}
            value={share}
            onChange={(value) =>
              setVariants(
                variants.with(index, {
                  ...(variants[index] ?? { key }),
                  rollout_percentage: Number(value) || 0,
                }),
              )
            }
          />
        ))}
        <Group justify="space-between" gap="xs">
          <span role="status">{isWhole ? '' : `Together ${formatNumber(sum)} %, not 100 %`}</span>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isWhole} loading={update.isPending}>
              Change the shares
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
