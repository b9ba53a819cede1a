// Asks before something that cannot be taken back lightly: `if (await confirm({…})) …`.
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useRef,
  useState,
} from 'react';
import type { Answer, Question } from './question.ts';

const QuestionDialog = lazy(async () => {
  const module = await import('./question-dialog.tsx');
  return { default: module.QuestionDialog };
});

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
      {question && (
        <Suspense>
          <QuestionDialog question={question} isOpen={isOpen} onAnswer={answer} />
        </Suspense>
      )}
    </ConfirmContext.Provider>
  );
}
