// A condition on requests that pages made.
import { Select, TextInput } from '@mantine/core';
import type { Condition } from './filter.ts';

type RequestCondition = Extract<Condition, { readonly kind: 'request' }>;

/** Answers as people tell them apart. */
const ANSWERS: readonly {
  readonly value: string;
  readonly label: string;
  readonly of: Pick<RequestCondition, 'status_from' | 'status_to' | 'unanswered'>;
}[] = [
  { value: 'any', label: 'Any', of: {} },
  { value: 'failed', label: 'Refused or failed (400 and above)', of: { status_from: 400 } },
  { value: '4xx', label: 'Refused (4xx)', of: { status_from: 400, status_to: 499 } },
  { value: '5xx', label: 'Failed (5xx)', of: { status_from: 500, status_to: 599 } },
  { value: 'none', label: 'No answer', of: { unanswered: true } },
];

const sameAnswer = (one: RequestCondition, { of }: (typeof ANSWERS)[number]): boolean =>
  one.status_from === of.status_from &&
  one.status_to === of.status_to &&
  one.unanswered === of.unanswered;

type RequestFieldsProps = {
  readonly condition: RequestCondition;
  readonly onChange: (condition: Condition) => void;
};

export function RequestFields({ condition, onChange }: RequestFieldsProps) {
  const answer = ANSWERS.find((one) => sameAnswer(condition, one));
  const { status_from: from } = condition;
  const own = { value: 'own', label: `Status ${from ?? ''}`.trim() };
  return (
    <>
      <Select
        label="Answer"
        data={[...ANSWERS.map(({ value, label }) => ({ value, label })), ...(answer ? [] : [own])]}
        value={answer?.value ?? own.value}
        allowDeselect={false}
        onChange={(value) => {
          const chosen = ANSWERS.find((one) => one.value === value);
          const { status_from: _from, status_to: _to, unanswered: _none, ...rest } = condition;
          if (chosen) onChange({ ...rest, ...chosen.of });
        }}
      />
      {(['path', 'host', 'method'] as const).map((field) => (
        <TextInput
          key={field}
          label={{ path: 'Path contains', host: 'Host', method: 'Method' }[field]}
          value={condition[field] ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...condition, [field]: value.trim() === '' ? undefined : value.trim() })
          }
        />
      ))}
    </>
  );
}
