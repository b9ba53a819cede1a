// A failure above a form.
import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { describeError } from '../api/client.ts';

export function ErrorAlert({ error }: { error: unknown }) {
  if (!error) return null;
  const { title, detail } = describeError(error);
  return (
    <Alert
      color="harm"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title={title}
    >
      {detail}
    </Alert>
  );
}
