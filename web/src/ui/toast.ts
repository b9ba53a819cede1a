// Short messages in the corner: what was done, or why it was not.
import { notifications } from '@mantine/notifications';
import { describeError } from '../api/client.ts';

export function toastDone(message: string): void {
  notifications.show({ message, color: 'safe', autoClose: 3500 });
}

/** Failures stay until they are closed. */
export function toastError(error: unknown): void {
  const { title, detail } = describeError(error);
  notifications.show({ title, message: detail, color: 'harm', autoClose: false });
}
