// The first thing that is wrong with a form, beside its button: the field itself may be out of sight.
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { Problems } from './condition-problem.ts';

export function FirstProblem({ problems }: { problems: Problems }) {
  const [first] = problems.values();
  if (first === undefined) return null;
  return (
    <Alert color="harm" icon={<IconInfoCircle size={18} />} role="alert">
      {first}
    </Alert>
  );
}
