// What is asked of a Prometheus: failed and all requests of each arm, or one number.
import { Textarea, TextInput } from '@mantine/core';
import { useFieldError } from '../targeting/form-errors.tsx';
import type { GuardrailDraft, GuardrailFieldsProps } from './guardrail-draft.ts';
import styles from './plan-form.module.css';

type Text = 'query' | 'badQuery' | 'totalQuery' | 'label' | 'treatmentValue' | 'controlValue';

const QUERIES = [
  [
    'badQuery',
    'bad_query',
    'Requests that failed (PromQL)',
    'sum by (variant) (increase(http_requests_total{code=~"5.."}[1m]))',
  ],
  [
    'totalQuery',
    'total_query',
    'All requests (PromQL)',
    'sum by (variant) (increase(http_requests_total[1m]))',
  ],
  ['query', 'query', 'Or one number (PromQL)', 'histogram_quantile(0.95, …)'],
] as const;
const LABELS = [
  ['label', 'label', 'Label that tells the arms apart', 'variant'],
  ['treatmentValue', 'treatment_value', 'Its value with the flag', 'true'],
  ['controlValue', 'control_value', 'Its value without', 'false'],
] as const;

export function QueryFields(props: GuardrailFieldsProps) {
  return (
    <div className={styles.stack}>
      {QUERIES.map(([field, name, label, placeholder]) => (
        <QueryField
          key={field}
          {...props}
          field={field}
          name={name}
          label={label}
          placeholder={placeholder}
          isLong
        />
      ))}
      <div className={styles.fields}>
        {LABELS.map(([field, name, label, placeholder]) => (
          <QueryField
            key={field}
            {...props}
            field={field}
            name={name}
            label={label}
            placeholder={placeholder}
          />
        ))}
      </div>
    </div>
  );
}

type QueryFieldProps = GuardrailFieldsProps & {
  readonly field: Text;
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly isLong?: boolean;
};

function QueryField(props: QueryFieldProps) {
  const { guardrail, index, field, name, label, placeholder, isLong = false, onChange } = props;
  const shared = {
    label,
    placeholder,
    value: guardrail[field],
    error: useFieldError(`guardrails.${index}.${name}`),
  };
  const set = (text: string) => onChange({ ...guardrail, [field]: text } as GuardrailDraft);
  return isLong ? (
    <Textarea
      {...shared}
      autosize
      minRows={1}
      onChange={(event) => set(event.currentTarget.value)}
    />
  ) : (
    <TextInput {...shared} onChange={(event) => set(event.currentTarget.value)} />
  );
}
