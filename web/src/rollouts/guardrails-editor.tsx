// What must not get worse with the flag, and what happens when it does.
import { Button, Checkbox, Group, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useFieldError, useHasProblem } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import { BandFields } from './band-fields.tsx';
import { type GuardrailDraft, measuredEvent, newGuardrail } from './guardrail-draft.ts';
import { ChoiceInput, MeasuredFields } from './guardrail-fields.tsx';
import { GuardrailMore } from './guardrail-more.tsx';
import { namesEvent, OFFERED, takes, wordsOf } from './guardrail-presets.ts';
import { fieldProblems } from './plan-problems.ts';
import { guardrailWords } from './plan-words.ts';
import styles from './plan-form.module.css';

/** Kinds without a button of their own. */
const OTHERS = OFFERED.filter((kind) => kind !== 'exception_users' && kind !== 'event_rate');

type GuardrailsEditorProps = {
  readonly guardrails: readonly GuardrailDraft[];
  readonly onChange: (guardrails: readonly GuardrailDraft[]) => void;
};

export function GuardrailsEditor({ guardrails, onChange }: GuardrailsEditorProps) {
  const error = useFieldError('guardrails');
  const hasExceptions = guardrails.some(({ kind }) => kind === 'exception_users');
  return (
    <div className={styles.stack}>
      {guardrails.map((guardrail, index) => (
        <Guardrail
          key={guardrail.id}
          guardrail={guardrail}
          index={index}
          onChange={(next) => onChange(guardrails.with(index, next))}
          onRemove={() => onChange(guardrails.toSpliced(index, 1))}
        />
      ))}
      {error && <p className={styles.words}>{error}</p>}
      <Group gap="xs">
        {!hasExceptions && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => onChange([newGuardrail('exception_users'), ...guardrails])}
          >
            Watch exceptions
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...guardrails, newGuardrail('event_rate')])}
        >
          Watch an event
        </Button>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={16} />}>
              Watch something else
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {OTHERS.map((kind) => (
              <Menu.Item key={kind} onClick={() => onChange([...guardrails, newGuardrail(kind)])}>
                {wordsOf(kind).label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </div>
  );
}

type GuardrailProps = {
  readonly guardrail: GuardrailDraft;
  readonly index: number;
  readonly onChange: (guardrail: GuardrailDraft) => void;
  readonly onRemove: () => void;
};

const ON_RED = [
  { value: 'rollback', label: 'Roll back' },
  { value: 'hold', label: 'Stop expansion' },
  { value: 'notify', label: 'Only tell people' },
] as const;

const isUnnamed = ({ kind, event }: GuardrailDraft): boolean => namesEvent(kind) && event === '';

function Guardrail(props: GuardrailProps) {
  const { guardrail, index, onRemove } = props;
  const { kind } = guardrail;
  const isNamed = namesEvent(kind) || takes(kind, 'steps') || guardrail.event.trim() !== '';
  const event = isNamed ? measuredEvent(guardrail) : '';
  const title = kind === 'exception_users' ? 'People with an exception' : wordsOf(kind).label;
  // What still lacks something is open, and so is what something is wrong with.
  const [isChosen, setChosen] = useState(
    () => isUnnamed(guardrail) || fieldProblems(guardrail, '').length > 0,
  );
  const isWrong = useHasProblem(`guardrails.${index}`);
  const isOpen = isChosen || isWrong;
  return (
    <div className={styles.guardrail} role="group" aria-label={`Guardrail ${index + 1}`}>
      <div className={styles.guardrailHead}>
        <strong>{event === '' ? title : `${title}: ${event}`}</strong>
        <Group gap={2} wrap="nowrap">
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isOpen}
            onClick={() => setChosen(!isOpen)}
          >
            {isOpen ? 'Done' : 'Change'}
          </Button>
          <IconAction size={34} label="Remove guardrail" onClick={onRemove}>
            <IconTrash size={16} stroke={1.6} />
          </IconAction>
        </Group>
      </div>
      <p className={styles.words}>{guardrailWords(guardrail)}</p>
      {isOpen && <Fields {...props} />}
    </div>
  );
}

function Fields({ guardrail, index, onChange }: GuardrailProps) {
  const { kind } = guardrail;
  const at = `guardrails.${index}`;
  // What has no field of its own is refused where it can be allowed.
  const [eventError, ownError] = [useFieldError(`${at}.event`), useFieldError(at)];
  return (
    <>
      <MeasuredFields guardrail={guardrail} index={index} onChange={onChange} />
      <BandFields guardrail={guardrail} index={index} onChange={onChange} />
      <Group align="flex-end" gap="xl">
        <ChoiceInput
          label="When it is red"
          data={ON_RED}
          value={guardrail.onRed}
          onChange={(onRed) => onChange({ ...guardrail, onRed })}
        />
        <Checkbox
          label="Start without a baseline"
          description="Also when no such event has arrived in the last seven days."
          checked={guardrail.isWithoutBaseline}
          error={namesEvent(kind) ? ownError : (eventError ?? ownError)}
          onChange={(change) =>
            onChange({ ...guardrail, isWithoutBaseline: change.currentTarget.checked })
          }
        />
      </Group>
      <GuardrailMore guardrail={guardrail} index={index} onChange={onChange} />
    </>
  );
}
