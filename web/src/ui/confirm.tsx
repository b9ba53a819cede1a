// Asks before something that cannot be taken back lightly: `if (await confirm({…})) …`.
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

export type Question = {
  readonly title: string;
  readonly body?: ReactNode;
  /** The verb on the button, such as "Switch off". */
  readonly action: string;
  readonly tone?: 'harm' | 'pine';
  /** Asks why; the answer goes into the history. */
  readonly reason?: 'optional' | 'required';
};

export type Answer = { readonly reason: string };
type Ask = (question: Question) => Promise<Answer | null>;

const ConfirmContext = createContext<Ask | null>(null);

/** The function that asks; null when the answer is no. */
export function useConfirm(): Ask {
  const ask = useContext(ConfirmContext);
  if (!ask) throw new Error('useConfirm outside ConfirmProvider');
  return ask;
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [isOpen, setOpen] = useState(false);
  const settle = useRef<(answer: Answer | null) => void>(() => {});
  const ask = useCallback<Ask>((next) => {
    setQuestion(next);
    setOpen(true);
    return new Promise((resolve) => {
      settle.current = resolve;
    });
  }, []);
  const answer = (value: Answer | null) => {
    setOpen(false);
    settle.current(value);
  };
  return (
    <ConfirmContext.Provider value={ask}>
      {children}
      <Modal opened={isOpen} onClose={() => answer(null)} title={question?.title} size="md">
        {question && <QuestionForm question={question} onAnswer={answer} />}
      </Modal>
    </ConfirmContext.Provider>
  );
}

type QuestionFormProps = {
  readonly question: Question;
  readonly onAnswer: (answer: Answer | null) => void;
};

function QuestionForm({ question, onAnswer }: QuestionFormProps) {
  const [reason, setReason] = useState('');
  const isRequired = question.reason === 'required';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer({ reason: reason.trim() });
      }}
    >
      <Stack gap="md">
        {question.body && <Text component="div">{question.body}</Text>}
        {question.reason && (
          <Textarea
            label="Reason"
            description="Kept in the history, for whoever looks at this later."
            data-autofocus
            autosize
            minRows={2}
            required={isRequired}
            withAsterisk={isRequired}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onAnswer(null)}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={question.tone ?? 'pine'}
            disabled={isRequired && reason.trim() === ''}
            {...(question.reason ? {} : { 'data-autofocus': true })}
          >
            {question.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
