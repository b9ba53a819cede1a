// The flags that were made last, each one press away.
import { Button } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import type { ListedFlag } from '../api/flag-list.ts';
import styles from './explorer.module.css';

type QuickFlagsProps = {
  readonly flags: readonly ListedFlag[];
  /** What a press does: `Break down by the flag`. */
  readonly verb: string;
  readonly onChoose: (flag: ListedFlag) => void;
};

/** So many are offered without opening a list. */
const MAX_SHOWN = 3;

export function QuickFlags({ flags, verb, onChoose }: QuickFlagsProps) {
  if (flags.length === 0) return null;
  return (
    <div className={styles.quick}>
      {flags.slice(0, MAX_SHOWN).map((flag) => (
        <Button
          key={flag.id}
          variant="default"
          size="compact-sm"
          leftSection={<IconFlag size={13} />}
          aria-label={`${verb} ${flag.key}`}
          onClick={() => onChoose(flag)}
        >
          <span className={styles.quickName}>{flag.key}</span>
        </Button>
      ))}
    </div>
  );
}
