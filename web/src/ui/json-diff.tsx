// Two JSON values as text, what went struck through and what came marked.
import { plural } from './format.ts';
import styles from './json-diff.module.css';
import { diffLines, foldSame } from './line-diff.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;
const TAGS = { same: 'span', added: 'ins', removed: 'del' } as const;

export function JsonDiff({ before, after }: { before: unknown; after: unknown }) {
  const text = (value: unknown) => JSON.stringify(value, null, 2);
  return (
    <pre className={styles.diff} tabIndex={0} aria-label="Difference as JSON">
      {foldSame(diffLines(text(before), text(after))).map((line, index) => {
        if (line.kind === 'folded') {
          return (
            <span key={index} className={styles.same}>
              {`… ${plural(line.count, 'equal line', 'equal lines')}\n`}
            </span>
          );
        }
        const Tag = TAGS[line.kind];
        return (
          <Tag key={index} className={styles[line.kind] ?? ''}>
            {`${SIGNS[line.kind]} ${line.text}\n`}
          </Tag>
        );
      })}
    </pre>
  );
}
