// Short messages in the corner: what was done, or why it was not.
import { notifications } from '@mantine/notifications';
import { describeError } from '../api/client.ts';
import styles from './toast.module.css';

export function toastDone(message: string): void {
  notifications.show({
    message,
    color: 'safe',
    autoClose: 3500,
    classNames: { root: styles.done, closeButton: styles.close },
  });
}

/** Failures stay until they are closed. */
export function toastError(error: unknown): void {
  const { title, detail } = describeError(error);
  notifications.show({ title, message: detail, color: 'harm', autoClose: false });
}
