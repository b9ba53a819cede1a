// The conditions of a question or of one of its events. What is whole is asked about at once; a row that is
// still being written waits.
import { Button, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { ConditionDraft } from '../targeting/condition-draft.ts';
import { ConditionsEditor } from '../targeting/conditions-editor.tsx';
import { draftFrom, type Filter, filterList, wholeFilters } from './filters.ts';
import { canonicalText } from './query-address.ts';

/** Between the strokes of somebody who types, nothing is asked. */
const TYPING_MS = 400;

type FiltersEditorProps = {
  readonly filters: unknown;
  /** Where they stand in the question, as the server names it. */
  readonly attr: string;
  readonly addFirst: string;
  readonly onChange: (filters: readonly Filter[]) => void;
};

export function FiltersEditor({ filters, attr, addFirst, onChange }: FiltersEditorProps) {
  const list = filterList(filters);
  const [drafts, setDrafts] = useDrafts(list ?? []);
  const send = useDebouncedCallback(onChange, TYPING_MS);
  if (list === null) {
    return (
      <Text size="sm" c="dimmed">
        Nested conditions, which are kept as they are.{' '}
        <Button variant="subtle" size="compact-sm" onClick={() => onChange([])}>
          Remove them
        </Button>
      </Text>
    );
  }
  return (
    <ConditionsEditor
      attr={attr.replace(/\.?properties$/, '')}
      conditions={drafts}
      subjects="events"
      addFirst={addFirst}
      onChange={(next) => {
        const whole = wholeFilters(next);
        if (setDrafts(next, whole)) send(whole);
      }}
    />
  );
}

/**
 * Rows of the form, which follow the question when it changes by itself (back, forward, another link) but not
 * when it becomes what the form has just sent.
 */
function useDrafts(list: readonly Filter[]) {
  const text = canonicalText(list);
  const [drafts, setDrafts] = useState<readonly ConditionDraft[]>(() => list.map(draftFrom));
  const [seen, setSeen] = useState(text);
  /** What the question will be, in the order in which it was sent. */
  const [sent, setSent] = useState<readonly string[]>([]);
  if (text !== seen) {
    setSeen(text);
    const place = sent.indexOf(text);
    if (place === -1) setDrafts(list.map(draftFrom));
    setSent(place === -1 ? [] : sent.slice(place + 1));
  }
  /** True when the question is another one now. */
  const change = (next: readonly ConditionDraft[], whole: readonly Filter[]): boolean => {
    setDrafts(next);
    const nextText = canonicalText(whole);
    if (nextText === (sent.at(-1) ?? seen)) return false;
    setSent([...sent, nextText]);
    return true;
  };
  return [drafts, change] as const;
}
