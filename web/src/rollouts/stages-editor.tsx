// The stages of a plan, from few people to everyone.
import { Button, Checkbox, Group, Menu, NumberInput, TextInput } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconPlus,
  IconTrash,
  IconUserPlus,
} from '@tabler/icons-react';
import { IconAction } from '../ui/icon-action.tsx';
import { newCondition } from '../targeting/condition-draft.ts';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { useFieldError } from '../targeting/form-errors.tsx';
import { DurationInput } from '../ui/duration-input.tsx';
import { StageMore } from './stage-more.tsx';
import { LADDERS, ladderStages, type StageDraft, stageAt, stageName } from './stage-draft.ts';
import styles from './plan-form.module.css';

type StagesEditorProps = {
  /** The stages are of groups. */
  readonly isOfGroups: boolean;
  readonly stages: readonly StageDraft[];
  /** Short names of the plan's guardrails. */
  readonly guardrailIds: readonly string[];
  readonly onChange: (stages: readonly StageDraft[]) => void;
};

/** An hour: long enough for most new stages to see something. */
const NEW_STAGE_SECONDS = 3600;

function nextPercent(stages: readonly StageDraft[]): number {
  const last = stages.findLast(({ conditions }) => conditions.length === 0)?.percent ?? 0;
  return [1, 5, 25, 50, 100].find((percent) => percent > last) ?? 100;
}

export function StagesEditor({ isOfGroups, stages, guardrailIds, onChange }: StagesEditorProps) {
  const error = useFieldError('stages');
  const addPeople = () => {
    const condition = newCondition(isOfGroups ? 'group' : 'person');
    const people = { ...stageAt(100, NEW_STAGE_SECONDS), conditions: [condition] };
    const after = stages.findLastIndex(({ conditions }) => conditions.length > 0) + 1;
    onChange(stages.toSpliced(after, 0, people));
  };
  const move = (index: number, by: -1 | 1) => {
    const moved = stages[index];
    if (moved) onChange(stages.toSpliced(index, 1).toSpliced(index + by, 0, moved));
  };
  return (
    <div className={styles.stack}>
      <div className={styles.stageHead} aria-hidden>
        <span />
        <span>Name</span>
        <span>Share</span>
        <span>Watch at least</span>
        <span>Promotion</span>
        <span />
      </div>
      {stages.map((stage, index) => (
        <StageRow
          key={stage.id}
          isOfGroups={isOfGroups}
          stage={stage}
          index={index}
          count={stages.length}
          guardrailIds={guardrailIds}
          onChange={(next) => onChange(stages.with(index, next))}
          onMove={(by) => move(index, by)}
          onRemove={() => onChange(stages.toSpliced(index, 1))}
        />
      ))}
      {error && <p className={styles.words}>{error}</p>}
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...stages, stageAt(nextPercent(stages), NEW_STAGE_SECONDS)])}
        >
          Add stage
        </Button>
        <Button variant="default" leftSection={<IconUserPlus size={16} />} onClick={addPeople}>
          Add stage of named {isOfGroups ? 'groups' : 'people'}
        </Button>
        <LadderMenu onChoose={(index) => onChange(ladderStages(index))} />
      </Group>
    </div>
  );
}

function LadderMenu({ onChoose }: { onChoose: (index: number) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="subtle" rightSection={<IconChevronDown size={14} />}>
          Use a ladder
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LADDERS.map(({ name }, index) => (
          <Menu.Item key={name} onClick={() => onChoose(index)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type StageRowProps = {
  readonly isOfGroups: boolean;
  readonly stage: StageDraft;
  readonly index: number;
  readonly count: number;
  readonly guardrailIds: readonly string[];
  readonly onChange: (stage: StageDraft) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
};

function StageRow(props: StageRowProps) {
  const { stage, index, onChange } = props;
  const at = `stages.${index}`;
  const nameError = useFieldError(`${at}.name`);
  const percentError = useFieldError(`${at}.percent`);
  const bakeError = useFieldError(`${at}.min_bake_seconds`);
  return (
    <div className={styles.stage} role="group" aria-label={`Stage ${index + 1}`}>
      <span className={styles.number}>{index + 1}</span>
      <TextInput
        label="Name"
        classNames={{ label: styles.narrowLabel ?? '' }}
        placeholder={stageName({ ...stage, name: '' })}
        value={stage.name}
        error={nameError}
        onChange={(event) => onChange({ ...stage, name: event.currentTarget.value })}
      />
      <NumberInput
        label="Share"
        aria-label="Share in percent"
        classNames={{ label: styles.narrowLabel ?? '' }}
        value={stage.percent}
        min={0}
        max={100}
        decimalScale={4}
        suffix=" %"
        error={percentError}
        onChange={(next) => onChange({ ...stage, percent: next === '' ? 0 : Number(next) })}
      />
      <DurationInput
        label="Watch at least"
        labelClassName={styles.narrowLabel}
        seconds={stage.bakeSeconds}
        error={bakeError}
        onChange={(bakeSeconds) => onChange({ ...stage, bakeSeconds })}
      />
      <Checkbox
        className={styles.approval}
        label="Ask me first"
        checked={stage.needsApproval}
        onChange={(event) => onChange({ ...stage, needsApproval: event.currentTarget.checked })}
      />
      <StageButtons {...props} />
      {stage.conditions.length > 0 && (
        <div className={styles.people}>
          <ConditionsEditor
            attr={at}
            subjects={props.isOfGroups ? 'groups' : 'people-and-cohorts'}
            conditions={stage.conditions}
            onChange={(conditions) => onChange({ ...stage, conditions })}
          />
        </div>
      )}
      <StageMore
        stage={stage}
        index={index}
        guardrailIds={props.guardrailIds}
        onChange={onChange}
      />
    </div>
  );
}

function StageButtons({ index, count, onMove, onRemove }: StageRowProps) {
  return (
    <div className={styles.buttons}>
      <IconAction size={28} label="Move up" isDisabled={index === 0} onClick={() => onMove(-1)}>
        <IconArrowUp size={16} />
      </IconAction>
      <IconAction
        size={28}
        label="Move down"
        isDisabled={index === count - 1}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={16} />
      </IconAction>
      <IconAction size={28} label="Remove stage" onClick={onRemove}>
        <IconTrash size={16} stroke={1.6} />
      </IconAction>
    </div>
  );
}
