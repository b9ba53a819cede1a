// An environment's colour, beside its name.
import type { Environment } from '../api/session.ts';
import styles from './environments.module.css';

export const COLORS = [
  'gray',
  'yellow',
  'blue',
  'green',
  'teal',
  'purple',
  'pink',
  'orange',
  'red',
] as const satisfies readonly Environment['color'][];

export function EnvironmentMark({ color }: Pick<Environment, 'color'>) {
  return <span className={styles.mark} data-color={color} aria-hidden />;
}
