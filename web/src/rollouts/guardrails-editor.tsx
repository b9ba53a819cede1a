// What must not get worse with the flag, and what happens when it does.
import { ActionIcon, Button, Checkbox, Group, Menu, NativeSelect, Tooltip } from '@mantine/core';
import { IconChevronDown, IconPlus, IconTrash } from '@tabler/icons-react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { BandFields, MeasuredFields } from './guardrail-fields.tsx';
import { OFFERED, presetOf } from './guardrail-presets.ts';
import { type GuardrailDraft, measuredEvent, newGuardrail } from './plan-draft.ts';
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
                {presetOf(kind).label}
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

function Guardrail({ guardrail, index, onChange, onRemove }: GuardrailProps) {
  const { label, fields } = presetOf(guardrail.kind);
  const eventError = useFieldError(`guardrails.${index}.event`);
  const hasEvent = fields.includes('event');
  const event = measuredEvent(guardrail);
  const title = guardrail.kind === 'exception_users' ? 'People with an exception' : label;
  return (
    <div className={styles.guardrail} role="group" aria-label={`Guardrail ${index + 1}`}>
      <div className={styles.guardrailHead}>
        <strong>{event === '' ? title : `${title}: ${event}`}</strong>
        <Tooltip label="Remove guardrail">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Remove guardrail"
            onClick={onRemove}
          >
            <IconTrash size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
      <MeasuredFields guardrail={guardrail} index={index} onChange={onChange} />
      <BandFields guardrail={guardrail} index={index} onChange={onChange} />
      <Group align="flex-end" gap="xl">
        <NativeSelect
          label="When it is red"
          data={ON_RED}
          value={guardrail.onRed}
          onChange={(change) => {
            const chosen = ON_RED.find(({ value }) => value === change.currentTarget.value);
            onChange({ ...guardrail, onRed: chosen?.value ?? 'rollback' });
          }}
        />
        <Checkbox
          label="Start without a baseline"
          description="Also when no such event has arrived in the last seven days."
          checked={guardrail.isWithoutBaseline}
          error={hasEvent ? undefined : eventError}
          onChange={(change) =>
            onChange({ ...guardrail, isWithoutBaseline: change.currentTarget.checked })
          }
        />
      </Group>
      <p className={styles.words}>{guardrailWords(guardrail)}</p>
    </div>
  );
}
