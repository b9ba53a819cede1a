// Two JSON values as text, what went struck through and what came marked.
import styles from './json-diff.module.css';
import { diffLines } from './line-diff.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;
const TAGS = { same: 'span', added: 'ins', removed: 'del' } as const;

export function JsonDiff({ before, after }: { before: unknown; after: unknown }) {
  const text = (value: unknown) => JSON.stringify(value, null, 2);
  return (
    <pre className={styles.diff} tabIndex={0} aria-label="Difference as JSON">
      {diffLines(text(before), text(after)).map(({ kind, text: line }, index) => {
        const Tag = TAGS[kind];
        return (
          <Tag key={index} className={styles[kind] ?? ''}>
            {`${SIGNS[kind]} ${line}\n`}
          </Tag>
        );
      })}
    </pre>
  );
}
