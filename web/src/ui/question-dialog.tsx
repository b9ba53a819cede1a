// The dialog of a question; loaded when the first one is asked.
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { PhraseInput } from './phrase-input.tsx';
import type { Answer, Question } from './question.ts';

type QuestionDialogProps = {
  readonly question: Question;
  readonly isOpen: boolean;
  readonly onAnswer: (answer: Answer | null) => void;
};

export function QuestionDialog({ question, isOpen, onAnswer }: QuestionDialogProps) {
  return (
    <Dialog opened={isOpen} onClose={() => onAnswer(null)} title={question.title} size="md">
      <QuestionForm question={question} onAnswer={onAnswer} />
    </Dialog>
  );
}

type QuestionFormProps = {
  readonly question: Question;
  readonly onAnswer: (answer: Answer | null) => void;
};

function QuestionForm({ question, onAnswer }: QuestionFormProps) {
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const isRequired = question.reason === 'required';
  const isMeant = question.phrase === undefined || typed.trim() === question.phrase;
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
        {question.phrase !== undefined && (
          <PhraseInput phrase={question.phrase} value={typed} onChange={setTyped} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onAnswer(null)}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={question.tone ?? 'pine'}
            disabled={!isMeant || (isRequired && reason.trim() === '')}
            {...(question.reason ? {} : { 'data-autofocus': true })}
          >
            {question.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
