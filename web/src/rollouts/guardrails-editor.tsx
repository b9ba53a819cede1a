// What must not get worse: the share of people with an event, flag-on against flag-off.
import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NumberInput,
  SegmentedControl,
  Switch,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { DEFAULT_BANDS, type GuardrailDraft, newGuardrail } from './plan-draft.ts';
import { guardrailWords } from './plan-words.ts';
import styles from './plan-form.module.css';

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

const DIRECTIONS = [
  { value: 'up', label: 'More is harm' },
  { value: 'down', label: 'Less is harm' },
];

function Guardrail({ guardrail, index, onChange, onRemove }: GuardrailProps) {
  const isEvent = guardrail.kind === 'event_rate';
  const eventError = useFieldError(`guardrails.${index}.event`);
  const turn = (value: string) => {
    const direction = value === 'down' ? 'down' : 'up';
    onChange({ ...guardrail, direction, ...DEFAULT_BANDS[direction], absolute: null });
  };
  return (
    <div className={styles.guardrail} role="group" aria-label={`Guardrail ${index + 1}`}>
      <div className={styles.guardrailHead}>
        <strong>{isEvent ? guardrail.event || 'An event' : 'People with an exception'}</strong>
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
      {isEvent && (
        <Group align="flex-start" gap="sm">
          <TextInput
            label="Event"
            placeholder="order_completed"
            value={guardrail.event}
            error={eventError}
            style={{ flex: '1 1 200px' }}
            onChange={(event) => onChange({ ...guardrail, event: event.currentTarget.value })}
          />
          <SegmentedControl
            mt={23}
            aria-label="Direction of harm"
            data={DIRECTIONS}
            value={guardrail.direction}
            onChange={turn}
          />
        </Group>
      )}
      <Bands guardrail={guardrail} index={index} onChange={onChange} />
      <Checkbox
        label="Start without a baseline"
        description="Also when no such event has arrived in the last seven days."
        checked={guardrail.isWithoutBaseline}
        error={isEvent ? undefined : eventError}
        onChange={(event) =>
          onChange({ ...guardrail, isWithoutBaseline: event.currentTarget.checked })
        }
      />
      <p className={styles.words}>{guardrailWords(guardrail)}</p>
    </div>
  );
}

function Bands({ guardrail, index, onChange }: Omit<GuardrailProps, 'onRemove'>) {
  const at = `guardrails.${index}`;
  const { absolute } = guardrail;
  const yellowError = useFieldError(`${at}.yellow`);
  const redError = useFieldError(`${at}.red`);
  const limitError = useFieldError(`${at}.absolute.red`);
  const start = guardrail.direction === 'up' ? { yellow: 1, red: 2 } : { yellow: 50, red: 40 };
  return (
    <>
      <div className={styles.fields}>
        <NumberInput
          label="Yellow: pause and look"
          description="Times the rate without the flag"
          suffix=" ×"
          min={0}
          step={0.1}
          value={guardrail.yellow}
          error={yellowError}
          onChange={(next) => onChange({ ...guardrail, yellow: Number(next) })}
        />
        <NumberInput
          label="Red: roll back"
          description="Times the rate without the flag"
          suffix=" ×"
          min={0}
          step={0.1}
          value={guardrail.red}
          error={redError}
          onChange={(next) => onChange({ ...guardrail, red: Number(next) })}
        />
      </div>
      <Switch
        label="Also limit the share itself"
        description="Lets a clean release prove itself safe when hardly anyone is affected in either arm."
        checked={absolute !== null}
        onChange={(event) =>
          onChange({ ...guardrail, absolute: event.currentTarget.checked ? start : null })
        }
      />
      {absolute && (
        <div className={styles.fields}>
          <NumberInput
            label="Yellow limit"
            suffix=" %"
            min={0}
            max={100}
            decimalScale={4}
            value={absolute.yellow}
            onChange={(next) =>
              onChange({ ...guardrail, absolute: { ...absolute, yellow: Number(next) } })
            }
          />
          <NumberInput
            label="Red limit"
            suffix=" %"
            min={0}
            max={100}
            decimalScale={4}
            value={absolute.red}
            error={limitError}
            onChange={(next) =>
              onChange({ ...guardrail, absolute: { ...absolute, red: Number(next) } })
            }
          />
        </div>
      )}
    </>
  );
}
