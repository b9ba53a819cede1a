// Where an experiment stands, as a badge.
import { StatusBadge } from '../ui/status-badge.tsx';
import { statusWords } from './experiment-words.ts';

type Props = { readonly experiment: Parameters<typeof statusWords>[0] };

export function ExperimentStatus({ experiment }: Props) {
  const { label, tone } = statusWords(experiment);
  const { status } = experiment;
  return (
    <StatusBadge tone={tone} live={status === 'running'} hollow={status === 'stopped'}>
      {label}
    </StatusBadge>
  );
}
