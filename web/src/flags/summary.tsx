// Who gets what, one sentence per line.
import styles from './editor.module.css';

export function Summary({ sentences }: { sentences: readonly string[] }) {
  const [only] = sentences;
  if (sentences.length === 1) return <p style={{ margin: 0 }}>{only}</p>;
  return (
    <ol className={styles.summary} aria-live="polite">
      {sentences.map((sentence, index) => (
        // Two sets may say the same; a sentence has no identity but its place.
        <li key={index}>{sentence}</li>
      ))}
    </ol>
  );
}
