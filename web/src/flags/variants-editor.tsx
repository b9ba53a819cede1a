// What the flag answers: true or false, or one of several named variants with shares and payloads.
import {
  ActionIcon,
  Button,
  NumberInput,
  SegmentedControl,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconEqual, IconPlus, IconX } from '@tabler/icons-react';
import { equalShares, type FlagDraft, newVariant, shareSum, type VariantDraft } from './draft.ts';
import styles from './editor.module.css';
import { useFieldError } from '../targeting/form-errors.tsx';
import { PayloadInput } from './payload-input.tsx';

type ValueEditorProps = {
  readonly draft: FlagDraft;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

function shareOut(variants: readonly VariantDraft[]): VariantDraft[] {
  const shares = equalShares(variants.length);
  return variants.map((variant, index) => ({ ...variant, percent: shares[index] ?? 0 }));
}

const KINDS = [
  { value: 'boolean', label: 'On or off' },
  { value: 'multivariate', label: 'Several variants' },
];

export function ValueEditor({ draft, onChange }: ValueEditorProps) {
  const changeKind = (kind: string) => {
    const isFirstTime = kind === 'multivariate' && draft.variants.length === 0;
    const variants = isFirstTime
      ? shareOut([newVariant('control'), newVariant('test')])
      : undefined;
    onChange({ kind: kind as FlagDraft['kind'], ...(variants ? { variants } : {}) });
  };
  return (
    <div className={styles.stack}>
      <SegmentedControl
        aria-label="Kind of value"
        data={KINDS}
        value={draft.kind}
        onChange={changeKind}
        w="fit-content"
      />
      {draft.kind === 'boolean' ? (
        <PayloadInput
          label="Payload"
          description="JSON that your code gets together with true. Optional."
          attr="filters.payloads.true"
          value={draft.payload}
          onChange={(payload) => onChange({ payload })}
        />
      ) : (
        <Variants variants={draft.variants} onChange={(variants) => onChange({ variants })} />
      )}
    </div>
  );
}

type VariantsProps = {
  readonly variants: readonly VariantDraft[];
  readonly onChange: (variants: readonly VariantDraft[]) => void;
};

function Variants({ variants, onChange }: VariantsProps) {
  const error = useFieldError('filters.multivariate.variants');
  const sum = shareSum(variants);
  const isWrong = sum !== 100;
  return (
    <div className={styles.variants}>
      <div className={styles.bar} aria-hidden>
        {variants.map(({ id, percent }) => (
          <span key={id} className={styles.barPart} style={{ flexGrow: percent, flexBasis: 0 }} />
        ))}
      </div>
      <div className={styles.variantHead} aria-hidden>
        <span>Key</span>
        <span>Share</span>
        <span>Payload, JSON</span>
      </div>
      {variants.map((variant, index) => (
        <VariantRow
          key={variant.id}
          variant={variant}
          index={index}
          onChange={(next) => onChange(variants.with(index, next))}
          onRemove={() => onChange(variants.toSpliced(index, 1))}
        />
      ))}
      <div className={styles.variantFoot}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...variants, newVariant(`variant-${variants.length + 1}`)])}
        >
          Add variant
        </Button>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconEqual size={14} />}
          onClick={() => onChange(shareOut(variants))}
        >
          Make equal
        </Button>
        <span className={`${styles.sum} ${isWrong ? styles.sumWrong : ''}`} role="status">
          {isWrong ? (error ?? `Shares sum to ${sum} %, not 100 %`) : 'Shares sum to 100 %'}
        </span>
      </div>
    </div>
  );
}

type VariantRowProps = {
  readonly variant: VariantDraft;
  readonly index: number;
  readonly onChange: (variant: VariantDraft) => void;
  readonly onRemove: () => void;
};

function VariantRow({ variant, index, onChange, onRemove }: VariantRowProps) {
  const at = `filters.multivariate.variants.${index}`;
  const keyError = useFieldError(`${at}.key`);
  const percentError = useFieldError(`${at}.rollout_percentage`);
  return (
    <div className={styles.variant} role="group" aria-label={`Variant ${variant.key}`}>
      <TextInput
        aria-label="Variant key"
        value={variant.key}
        error={keyError}
        onChange={(event) => onChange({ ...variant, key: event.currentTarget.value })}
      />
      <NumberInput
        aria-label={`Share of ${variant.key}, in percent`}
        value={variant.percent}
        min={0}
        max={100}
        decimalScale={4}
        suffix=" %"
        error={percentError}
        onChange={(next) => onChange({ ...variant, percent: next === '' ? 0 : Number(next) })}
      />
      <PayloadInput
        hideLabel
        label={`Payload of ${variant.key}`}
        attr={`filters.payloads.${variant.key}`}
        value={variant.payload}
        onChange={(payload) => onChange({ ...variant, payload })}
      />
      <Tooltip label="Remove variant">
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={`Remove variant ${variant.key}`}
          onClick={onRemove}
        >
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
