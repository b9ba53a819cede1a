// What is asked of an experiment beside its numbers: what somebody should look at first, the others behind a press.
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { Results } from '../api/experiments.ts';
import { plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import styles from './results.module.css';

type Check = Results['checks'][number];

const ICONS = {
  ok: { Icon: IconCircleCheck, name: 'Fine', tone: 'safe' },
  watch: { Icon: IconAlertTriangle, name: 'Look at it', tone: 'watch' },
  harm: { Icon: IconCircleX, name: 'Not to be trusted', tone: 'harm' },
} as const;

export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  const found = checks.filter(({ state }) => state !== 'ok');
  const well = checks.filter(({ state }) => state === 'ok');
  return (
    <Section title="Checks">
      <div className={styles.stack}>
        {found.length > 0 && <Checks label="Checks that found something" checks={found} />}
        {well.length > 0 && (
          <details>
            <summary>
              {found.length === 0
                ? `All ${plural(well.length, 'check')} are fine`
                : `${plural(well.length, 'check')} ${well.length === 1 ? 'is' : 'are'} fine`}
            </summary>
            <Checks label="Checks that are fine" checks={well} />
          </details>
        )}
      </div>
    </Section>
  );
}

function Checks({ label, checks }: { label: string; checks: readonly Check[] }) {
  return (
    <ul className={styles.checks} aria-label={label}>
      {checks.map(({ id, state, words, rule }) => {
        const { Icon, name, tone } = ICONS[state];
        return (
          <li key={id} className={styles.line}>
            <Icon size={18} stroke={1.8} className={styles[tone]} role="img" aria-label={name} />
            <span>
              {words}
              <span className={styles.small}>Rule: {rule}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
