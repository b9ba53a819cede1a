// One condition set: who, how many of them, and which variant.
import { Select, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconTrash } from '@tabler/icons-react';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import type { GroupDraft } from './draft.ts';
import styles from './editor.module.css';
import { PercentInput } from './percent-input.tsx';

type SetActions = {
  readonly onMove: (by: -1 | 1) => void;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
};

type ConditionSetProps = SetActions & {
  readonly group: GroupDraft;
  readonly index: number;
  readonly count: number;
  /** In words, as it stands now. */
  readonly words: string;
  readonly variantKeys: readonly string[];
  readonly onChange: (group: GroupDraft) => void;
};

export function ConditionSet(props: ConditionSetProps) {
  const { group, index, words, variantKeys, onChange } = props;
  const attr = `filters.groups.${index}`;
  const percentError = useFieldError(`${attr}.rollout_percentage`);
  const variantError = useFieldError(`${attr}.variant`);
  return (
    <section className={styles.set} aria-label={`Condition set ${index + 1}`}>
      <SetHead {...props} words={words} />
      <div className={styles.setBody}>
        <ConditionsEditor
          attr={attr}
          conditions={group.conditions}
          addFirst="Only people who…"
          isAnySubject
          onChange={(conditions) => onChange({ ...group, conditions })}
        />
        <PercentInput
          label={group.conditions.length > 0 ? 'Share of these people' : 'Share of everyone'}
          value={group.percent}
          error={percentError}
          onChange={(percent) => onChange({ ...group, percent })}
        />
        {variantKeys.length > 0 && (
          <Select
            label="Variant"
            data={[
              { value: '', label: 'By the shares of the variants' },
              ...variantKeys.map((key) => ({ value: key, label: `Always ${key}` })),
            ]}
            value={group.variant ?? ''}
            error={variantError}
            allowDeselect={false}
            maw={320}
            onChange={(variant) => onChange({ ...group, variant: variant || null })}
          />
        )}
        <TextInput
          label="Note"
          placeholder="Why this set exists"
          value={group.description}
          onChange={(event) => onChange({ ...group, description: event.currentTarget.value })}
        />
      </div>
    </section>
  );
}

function SetHead({ index, count, words, onMove, onDuplicate, onRemove }: ConditionSetProps) {
  return (
    <header className={styles.setHead}>
      <h3 className={styles.setTitle}>Set {index + 1}</h3>
      <span className={styles.setWords}>{words}</span>
      <div className={styles.setActions}>
        <IconAction size={30} label="Move up" isDisabled={index === 0} onClick={() => onMove(-1)}>
          <IconArrowUp size={16} />
        </IconAction>
        <IconAction
          size={30}
          label="Move down"
          isDisabled={index === count - 1}
          onClick={() => onMove(1)}
        >
          <IconArrowDown size={16} />
        </IconAction>
        <IconAction size={30} label="Duplicate" onClick={onDuplicate}>
          <IconCopy size={16} stroke={1.6} />
        </IconAction>
        <IconAction size={30} label="Remove" onClick={onRemove}>
          <IconTrash size={16} stroke={1.6} />
        </IconAction>
      </div>
    </header>
  );
}
