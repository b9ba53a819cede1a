// One variant: key, description, share, and its payload once there is one.
import { Button, NumberInput, TextInput } from '@mantine/core';
import { IconLock, IconLockOpen, IconPlus, IconX } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { IconAction } from '../ui/icon-action.tsx';
import type { VariantDraft } from './draft.ts';
import styles from './editor.module.css';
import { PayloadInput } from './payload-input.tsx';

type VariantRowProps = {
  readonly variant: VariantDraft;
  readonly index: number;
  /** Null removes the variant. */
  readonly onChange: (id: string, variant: VariantDraft | null) => void;
};

export const VariantRow = memo(function VariantRow({ variant, index, onChange }: VariantRowProps) {
  const at = `filters.multivariate.variants.${index}`;
  const keyError = useFieldError(`${at}.key`);
  const percentError = useFieldError(`${at}.rollout_percentage`);
  const change = (next: Partial<VariantDraft>) => onChange(variant.id, { ...variant, ...next });
  const { key, isLocked } = variant;
  return (
    <div className={styles.variant} role="group" aria-label={`Variant ${key}`}>
      <TextInput
        aria-label="Variant key"
        value={key}
        error={keyError}
        spellCheck={false}
        onChange={(event) => change({ key: event.currentTarget.value })}
      />
      <TextInput
        aria-label={`What ${key} shows`}
        placeholder="What it shows"
        value={variant.name}
        error={useFieldError(`${at}.name`)}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <NumberInput
        aria-label={`Share of ${key}, in percent`}
        value={variant.percent}
        min={0}
        max={100}
        decimalScale={4}
        suffix=" %"
        error={percentError}
        onChange={(next) => change({ percent: next === '' ? 0 : Number(next) })}
      />
      <IconAction
        size={34}
        label={isLocked ? `Let the share of ${key} be dealt out` : `Hold the share of ${key}`}
        onClick={() => change({ isLocked: !isLocked })}
      >
        {isLocked ? <IconLock size={16} /> : <IconLockOpen size={16} stroke={1.4} />}
      </IconAction>
      <IconAction
        size={34}
        label={`Remove variant ${key}`}
        onClick={() => onChange(variant.id, null)}
      >
        <IconX size={16} />
      </IconAction>
      <VariantPayload variant={variant} onChange={(payload) => change({ payload })} />
    </div>
  );
});

type VariantPayloadProps = {
  readonly variant: VariantDraft;
  readonly onChange: (payload: string) => void;
};

function VariantPayload({ variant: { key, payload }, onChange }: VariantPayloadProps) {
  const [isOpen, setOpen] = useState(payload !== '');
  return (
    <div className={styles.variantPayload}>
      {isOpen || payload !== '' ? (
        <PayloadInput
          hideLabel
          label={`Payload of ${key}`}
          attr={`filters.payloads.${key}`}
          value={payload}
          onChange={onChange}
        />
      ) : (
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconPlus size={13} />}
          aria-label={`Add a payload to ${key}`}
          onClick={() => setOpen(true)}
        >
          Payload
        </Button>
      )}
    </div>
  );
}
