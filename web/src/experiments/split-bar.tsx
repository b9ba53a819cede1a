// How people are shared out among the variants.
import { colorOf } from '../charts/palette.ts';
import { formatPercent } from '../ui/format.ts';
import styles from './split-bar.module.css';
import { variantColor } from './variant-color.ts';

type SplitBarProps = {
  readonly variants: readonly {
    readonly key: string;
    readonly name?: string | null | undefined;
    readonly rollout_percentage: number;
  }[];
};

export function SplitBar({ variants }: SplitBarProps) {
  return (
    <div>
      <div className={styles.bar} aria-hidden>
        {variants.map(({ key, rollout_percentage: share }, index) => (
          <span
            key={key}
            className={`${styles.part} ${colorOf(variantColor(index))}`}
            style={{ flexGrow: share }}
          />
        ))}
      </div>
      <ul className={styles.legend} aria-label="Split">
        {variants.map(({ key, name, rollout_percentage: share }, index) => (
          <li key={key}>
            <span className={`${styles.swatch} ${colorOf(variantColor(index))}`} aria-hidden />
            <code>{key}</code> {formatPercent(share)}
            {name && <span className={styles.name}>{name}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
