// What the flag answers: true or false, or one of several named variants with shares and payloads.
import { Button, SegmentedControl } from '@mantine/core';
import { IconEqual, IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useRef } from 'react';
import { useFieldError } from '../targeting/form-errors.tsx';
import { type FlagDraft, newVariant, type VariantDraft } from './draft.ts';
import styles from './editor.module.css';
import { PayloadInput } from './payload-input.tsx';
import { shareOut, shareSum } from './shares.ts';
import { VariantRow } from './variant-row.tsx';

type ValueEditorProps = {
  readonly draft: FlagDraft;
  readonly onChange: (change: Partial<FlagDraft>) => void;
};

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

/** A free key for the next variant: `variant-3`. */
function freeKey(variants: readonly VariantDraft[]): string {
  const taken = new Set(variants.map(({ key }) => key));
  let number = variants.length + 1;
  while (taken.has(`variant-${number}`)) number += 1;
  return `variant-${number}`;
}

/** Named variants with their shares. */
export function Variants({ variants, onChange }: VariantsProps) {
  // Rows keep one function each, so that typing in one of a hundred does not draw the others again.
  const latest = useRef({ variants, onChange });
  useEffect(() => {
    latest.current = { variants, onChange };
  });
  const changeRow = useCallback((id: string, next: VariantDraft | null) => {
    const { variants: now, onChange: change } = latest.current;
    change(now.flatMap((variant) => (variant.id === id ? (next ?? []) : variant)));
  }, []);
  return (
    <div className={styles.variants}>
      <div className={styles.bar} aria-hidden>
        {variants.map(({ id, percent }) => (
          <span key={id} className={styles.barPart} style={{ flexGrow: percent, flexBasis: 0 }} />
        ))}
      </div>
      <div className={styles.variantHead} aria-hidden>
        <span>Key</span>
        <span>Description</span>
        <span>Share</span>
      </div>
      {variants.map((variant, index) => (
        <VariantRow key={variant.id} variant={variant} index={index} onChange={changeRow} />
      ))}
      <div className={styles.variantFoot}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...variants, newVariant(freeKey(variants))])}
        >
          Add variant
        </Button>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconEqual size={14} />}
          onClick={() => onChange(shareOut(variants))}
        >
          {variants.some(({ isLocked }) => isLocked) ? 'Make the others equal' : 'Make equal'}
        </Button>
        <ShareSum variants={variants} />
      </div>
    </div>
  );
}

function ShareSum({ variants }: Pick<VariantsProps, 'variants'>) {
  const error = useFieldError('filters.multivariate.variants');
  const sum = shareSum(variants);
  const isWrong = sum !== 100;
  return (
    <span className={`${styles.sum} ${isWrong ? styles.sumWrong : ''}`} role="status">
      {isWrong ? (error ?? `Shares sum to ${sum} %, not 100 %`) : 'Shares sum to 100 %'}
    </span>
  );
}
