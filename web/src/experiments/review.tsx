// What stands in the way of the launch, and what one should know before it.
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { Check } from './checks.ts';
import styles from './form.module.css';

const ICONS = {
  ok: { Icon: IconCircleCheck, name: 'Fine' },
  watch: { Icon: IconAlertTriangle, name: 'Mind' },
  harm: { Icon: IconCircleX, name: 'In the way' },
} as const;

export function Review({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className={styles.checks} aria-label="Checks">
      {checks.map(({ tone, words }) => {
        const { Icon, name } = ICONS[tone];
        return (
          <li key={words} className={styles.check}>
            <Icon size={18} stroke={1.8} className={styles[tone]} role="img" aria-label={name} />
            <span>{words}</span>
          </li>
        );
      })}
    </ul>
  );
}
