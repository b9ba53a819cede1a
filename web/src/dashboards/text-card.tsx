// A text in Markdown. Raw HTML in it stays text, and links go only where links may.
import Markdown from 'markdown-to-jsx/react';
import styles from './dashboards.module.css';

const OPTIONS = { disableParsingRawHTML: true, forceBlock: true, disableAutoLink: false } as const;

export function TextCard({ body }: { body: string }) {
  return (
    <div className={styles.text}>
      <Markdown options={OPTIONS}>{body}</Markdown>
    </div>
  );
}
