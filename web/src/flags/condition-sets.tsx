// The ordered condition sets: the first one whose conditions and share let a person in decides.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { ConditionSet } from './condition-set.tsx';
import { duplicateGroup, type FlagDraft, filtersFrom, type GroupDraft, newGroup } from './draft.ts';
import styles from './editor.module.css';
import { groupWords } from './words.ts';

type ConditionSetsProps = {
  readonly draft: FlagDraft;
  readonly onChange: (groups: readonly GroupDraft[]) => void;
};

export function ConditionSets({ draft, onChange }: ConditionSetsProps) {
  const { groups } = draft;
  const filters = filtersFrom(draft, null);
  const words = filters.groups.map((group) => groupWords(group, filters));
  const variantKeys =
    draft.kind === 'multivariate' ? draft.variants.map(({ key }) => key).filter(Boolean) : [];
  const move = (index: number, by: -1 | 1) => {
    const moved = groups[index];
    if (!moved) return;
    onChange(groups.toSpliced(index, 1).toSpliced(index + by, 0, moved));
  };
  return (
    <div className={styles.stack}>
      {groups.map((group, index) => (
        <div key={group.id} className={`${styles.stack} ${styles.tight}`}>
          {index > 0 && <div className={styles.or}>otherwise</div>}
          <ConditionSet
            group={group}
            index={index}
            count={groups.length}
            words={words[index] ?? ''}
            variantKeys={variantKeys}
            onChange={(next) => onChange(groups.with(index, next))}
            onMove={(by) => move(index, by)}
            onDuplicate={() => onChange(groups.toSpliced(index + 1, 0, duplicateGroup(group)))}
            onRemove={() => onChange(groups.toSpliced(index, 1))}
          />
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...groups, newGroup(0)])}
        >
          Add condition set
        </Button>
      </div>
    </div>
  );
}
