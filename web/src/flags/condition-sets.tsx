// The ordered condition sets: the first one whose conditions and share let a person in decides.
import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useContext, useState } from 'react';
import { FormErrors } from '../targeting/form-errors.tsx';
import { useNames } from '../targeting/use-names.ts';
import { ConditionSet } from './condition-set.tsx';
import { filtersFrom } from './draft-body.ts';
import { duplicateGroup, type FlagDraft, type GroupDraft, newGroup } from './draft.ts';
import styles from './editor.module.css';
import { groupWords, unitsOf } from './words.ts';

type ConditionSetsProps = {
  readonly draft: FlagDraft;
  readonly onChange: (groups: readonly GroupDraft[]) => void;
};

/** With more sets than these all start closed: their words tell more than their fields. */
const MAX_OPEN = 5;

/** Which sets are open, by row; a set with an error always is. */
function useOpenSets(groups: readonly GroupDraft[]) {
  const errors = useContext(FormErrors);
  const [isOpenByDefault, setOpenByDefault] = useState(groups.length <= MAX_OPEN);
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const hasError = (index: number) =>
    [...errors.keys()].some((attr) => `${attr}.`.startsWith(`filters.groups.${index}.`));
  return {
    isOpen: (group: GroupDraft, index: number) =>
      hasError(index) || changed.has(group.id) !== isOpenByDefault,
    toggle: ({ id }: GroupDraft) =>
      setChanged((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    /** For sets that were just made: people want to fill them in. */
    open: ({ id }: GroupDraft) => {
      if (!isOpenByDefault) setChanged((before) => new Set(before).add(id));
    },
    isOpenByDefault,
    toggleAll: () => {
      setOpenByDefault(!isOpenByDefault);
      setChanged(new Set());
    },
  };
}

export function ConditionSets({ draft, onChange }: ConditionSetsProps) {
  const { groups } = draft;
  const sets = useOpenSets(groups);
  const context = { ...useNames(), bucketing: draft.bucketing };
  const filters = filtersFrom(draft, null);
  const variantKeys =
    draft.kind === 'multivariate' ? draft.variants.map(({ key }) => key).filter(Boolean) : [];
  const move = (index: number, by: -1 | 1) => {
    const moved = groups[index];
    if (!moved) return;
    onChange(groups.toSpliced(index, 1).toSpliced(index + by, 0, moved));
  };
  const insert = (index: number, group: GroupDraft) => {
    sets.open(group);
    onChange(groups.toSpliced(index, 0, group));
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
            words={groupWords(filters.groups[index] ?? {}, filters, context)}
            units={unitsOf(filters.groups[index] ?? {}, filters, context)}
            variantKeys={variantKeys}
            isOpen={sets.isOpen(group, index)}
            onToggle={() => sets.toggle(group)}
            onChange={(next) => onChange(groups.with(index, next))}
            onMove={(by) => move(index, by)}
            onDuplicate={() => insert(index + 1, duplicateGroup(group))}
            onRemove={() => onChange(groups.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => insert(groups.length, newGroup(0))}
        >
          Add condition set
        </Button>
        {groups.length > 1 && (
          <Button variant="subtle" onClick={sets.toggleAll}>
            {sets.isOpenByDefault ? 'Close all sets' : 'Open all sets'}
          </Button>
        )}
      </Group>
    </div>
  );
}
