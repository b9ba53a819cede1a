// Whether an error has to do with the flag that the list is told by.
import { IconFlag } from '@tabler/icons-react';
import type { FlagVariants } from '../api/errors.ts';
import { intervalText, ratioText, tellingRow, withWords } from './error-words.ts';
import styles from './errors.module.css';

export function VariantChip({ flag }: { flag: FlagVariants }) {
  const row = tellingRow(flag);
  if (!row) return <span className={styles.dim}>–</span>;
  const who = withWords(flag.flag_key, row.variant);
  if (row.verdict === 'only' || row.verdict === 'more') {
    return (
      <span
        className={`${styles.chip} ${row.verdict === 'only' ? styles.chipOnly : styles.chipMore}`}
      >
        <IconFlag size={13} aria-hidden />
        {row.verdict === 'only'
          ? `Only ${who}`
          : `${ratioText(row.ratio ?? row.ratio_lower ?? 0)} ${who}`}
      </span>
    );
  }
  const text = row.ratio === null ? '' : ratioText(row.ratio);
  return (
    <span className={styles.dim} title={intervalText(row)}>
      {text === '' ? 'Cannot tell' : `${text}, not clear`}
    </span>
  );
}
