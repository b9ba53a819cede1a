// What begins retention, and what counts as coming back.
import type { EditorProps } from './editor.ts';
import styles from './explorer.module.css';
import { entityOf, type EventNode, nodeOf, type RetentionQuery } from './query.ts';
import { SeriesEditor } from './series-editor.tsx';

type Filter = RetentionQuery['retentionFilter'];

export function RetentionEditor({ query, onChange }: EditorProps<RetentionQuery>) {
  const filter = query.retentionFilter;
  const set = (change: Partial<Filter>) =>
    onChange({ ...query, retentionFilter: { ...filter, ...change } });
  return (
    <>
      <Entity
        words="Of people who did"
        noun="start event"
        attr="retentionFilter.targetEntity"
        node={nodeOf(filter.targetEntity ?? {})}
        onChange={(node) => set({ targetEntity: entityOf(node) })}
      />
      <Entity
        words="how many came back to do"
        noun="return event"
        attr="retentionFilter.returningEntity"
        node={nodeOf(filter.returningEntity ?? {})}
        onChange={(node) => set({ returningEntity: entityOf(node) })}
      />
    </>
  );
}

type EntityProps = {
  readonly words: string;
  readonly noun: string;
  readonly attr: string;
  readonly node: EventNode;
  readonly onChange: (node: EventNode) => void;
};

function Entity({ words, noun, attr, node, onChange }: EntityProps) {
  return (
    <div className={styles.entity}>
      <span className={styles.dim}>{words}</span>
      <SeriesEditor
        series={[node]}
        attrOf={() => attr}
        markOf={() => ''}
        noun={noun}
        min={1}
        max={1}
        onChange={([next]) => next && onChange(next)}
      />
    </div>
  );
}
