// Changes of a flag in words: what it was, what it becomes.
import { IconArrowsSort, IconMinus, IconPencil, IconPlus } from '@tabler/icons-react';
import styles from './change-list.module.css';
import type { FilterChange } from './filter-changes.ts';

const KINDS = {
  added: { label: 'Added', Icon: IconPlus },
  removed: { label: 'Removed', Icon: IconMinus },
  changed: { label: 'Changed', Icon: IconPencil },
  moved: { label: 'Moved', Icon: IconArrowsSort },
} as const;

export function ChangeList({ changes }: { changes: readonly FilterChange[] }) {
  return (
    <ul className={styles.list}>
      {changes.map(({ kind, what, before, after }) => {
        const { label, Icon } = KINDS[kind];
        return (
          <li key={`${kind} ${what}`} className={styles.change}>
            <span className={styles.what}>
              <Icon size={15} stroke={1.8} className={styles[kind] ?? ''} aria-label={label} />
              {what}
            </span>
            {before !== undefined && <del className={styles.before}>{before}</del>}
            {after !== undefined && <ins className={styles.after}>{after}</ins>}
          </li>
        );
      })}
    </ul>
  );
}
