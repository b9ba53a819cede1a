// One condition set: who, how many of them, and which variant.
import { Select, TextInput, UnstyledButton } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronRight,
  IconCopy,
  IconTrash,
} from '@tabler/icons-react';
import { useId } from 'react';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { useNames } from '../targeting/use-names.ts';
import { IconAction } from '../ui/icon-action.tsx';
import type { GroupDraft } from './draft.ts';
import styles from './editor.module.css';
import { groupChoices } from './group-choices.ts';
import { SetReach } from './set-reach.tsx';
import { PercentInput } from './percent-input.tsx';

type SetActions = {
  readonly onToggle: () => void;
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
  /** What the share is dealt out to, such as `companies`; null for people. */
  readonly units: string | null;
  readonly variantKeys: readonly string[];
  readonly isOpen: boolean;
  readonly onChange: (group: GroupDraft) => void;
};

export function ConditionSet(props: ConditionSetProps) {
  const { index, isOpen } = props;
  const id = useId();
  return (
    <section className={styles.set} aria-label={`Condition set ${index + 1}`}>
      <SetHead {...props} bodyId={id} />
      <SetReach index={index} count={props.count} />
      {isOpen && (
        <div className={styles.setBody} id={id}>
          <SetBody {...props} />
        </div>
      )}
    </section>
  );
}

function SetBody({ group, index, units, variantKeys, onChange }: ConditionSetProps) {
  const attr = `filters.groups.${index}`;
  const percentError = useFieldError(`${attr}.rollout_percentage`);
  const variantError = useFieldError(`${attr}.variant`);
  return (
    <>
      <ConditionsEditor
        attr={attr}
        conditions={group.conditions}
        addFirst={units === null ? 'Only people who…' : `Only ${units} with…`}
        subjects="any"
        onChange={(conditions) => onChange({ ...group, conditions })}
      />
      <PercentInput
        label={shareLabel(group, units)}
        value={group.percent}
        error={percentError}
        onChange={(percent) => onChange({ ...group, percent })}
      />
      <div className={styles.setFields}>
        {variantKeys.length > 0 && (
          <Select
            label="Variant"
            data={variantChoices(variantKeys, group.variant)}
            value={group.variant ?? ''}
            error={variantError}
            allowDeselect={false}
            onChange={(variant) => onChange({ ...group, variant: variant || null })}
          />
        )}
        <SetUnit group={group} attr={attr} onChange={onChange} />
        <TextInput
          label="Note"
          placeholder="Why this set exists"
          value={group.description}
          error={useFieldError(`${attr}.description`)}
          onChange={(event) => onChange({ ...group, description: event.currentTarget.value })}
        />
      </div>
    </>
  );
}

function shareLabel({ conditions }: GroupDraft, units: string | null): string {
  if (conditions.length > 0) return `Share of these ${units ?? 'people'}`;
  return units === null ? 'Share of everyone' : `Share of all ${units}`;
}

/** A variant that is gone stays a choice until another is chosen, so that its error has a place. */
function variantChoices(keys: readonly string[], chosen: string | null) {
  const all = chosen === null || keys.includes(chosen) ? keys : [...keys, chosen];
  return [
    { value: '', label: 'By the shares of the variants' },
    ...[...new Set(all)].map((key) => ({ value: key, label: `Always ${key}` })),
  ];
}

type SetUnitProps = Pick<ConditionSetProps, 'group' | 'onChange'> & { readonly attr: string };

/** Whom the share of this set is dealt out to; only where the environment has groups. */
function SetUnit({ group, attr, onChange }: SetUnitProps) {
  const { groupTypes } = useNames();
  const error = useFieldError(`${attr}.aggregation_group_type_index`);
  const { aggregation } = group;
  const groups = groupChoices(groupTypes, aggregation ?? null);
  if (groups.length === 0) return null;
  const choose = (choice: string | null) =>
    onChange({
      ...group,
      aggregation: choice === 'flag' ? undefined : choice === 'people' ? null : Number(choice),
    });
  return (
    <Select
      label="Share is dealt out by"
      data={[
        { value: 'flag', label: 'As the flag says' },
        { value: 'people', label: 'person' },
        ...groups,
      ]}
      value={
        aggregation === undefined ? 'flag' : aggregation === null ? 'people' : String(aggregation)
      }
      error={error}
      allowDeselect={false}
      onChange={choose}
    />
  );
}

function SetHead(props: ConditionSetProps & { readonly bodyId: string }) {
  const { group, index, count, words, isOpen, bodyId, onToggle, onMove, onDuplicate, onRemove } =
    props;
  return (
    <header className={styles.setHead}>
      <h3 className={styles.setTitle}>
        <UnstyledButton
          className={styles.setToggle}
          aria-expanded={isOpen}
          aria-controls={isOpen ? bodyId : undefined}
          onClick={onToggle}
        >
          <IconChevronRight size={15} className={isOpen ? styles.turned : ''} aria-hidden />
          Set {index + 1}
        </UnstyledButton>
      </h3>
      <span className={styles.setWords}>
        {words}
        {!isOpen && group.description && <em> · {group.description}</em>}
      </span>
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
