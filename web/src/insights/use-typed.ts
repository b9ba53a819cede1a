// What is typed into a field that is sent when it is left.
import { useState } from 'react';

/** The typed text or number; it follows what is stored when that changes by itself (back, another link). */
export function useTyped<T extends string | number>(stored: T) {
  const [typed, setTyped] = useState<string | number>(stored);
  const [seen, setSeen] = useState(stored);
  if (stored !== seen) {
    setSeen(stored);
    setTyped(stored);
  }
  return [String(typed), setTyped] as const;
}
