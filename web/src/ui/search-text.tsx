// A search box that asks once the fingers rest, and follows an address that changes by itself.
import { TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';

/** 150 ms: not at every letter. */
const TYPING_MS = 150;

type SearchTextProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly icon: ReactNode;
  readonly className: string;
  readonly text: string;
  /** Undefined for nothing. */
  readonly onChange: (text: string | undefined) => void;
};

export function SearchText(props: SearchTextProps) {
  const { label, placeholder, icon, className, text, onChange } = props;
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  // Back, forward, another link.
  if (text !== known) {
    setKnown(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === known) return;
    const timer = setTimeout(() => onChange(typed || undefined), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, known, onChange]);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={icon}
      className={className}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
