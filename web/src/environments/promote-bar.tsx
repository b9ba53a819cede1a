// What is chosen to be taken over, and the way to the review before that.
import { Button, Checkbox } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { Part } from '../api/environments.ts';
import { plural } from '../ui/format.ts';
import styles from './environments.module.css';
import { PART_WORDS, partsOf } from './part-words.ts';
import type { PromoteProps } from './promote-props.ts';

const PromoteReview = lazy(async () => {
  const module = await import('./promote-review.tsx');
  return { default: module.PromoteReview };
});

export function PromoteBar(props: PromoteProps) {
  const { chosen, to } = props;
  const [left, setLeft] = useState<ReadonlySet<Part>>(new Set());
  const [isOpen, setOpen] = useState(false);
  if (chosen.length === 0) return null;
  const offered = partsOf(chosen);
  const parts = offered.filter((part) => !left.has(part));
  const toggle = (part: Part) =>
    setLeft((current) => {
      const next = new Set(current);
      if (!next.delete(part)) next.add(part);
      return next;
    });
  return (
    <div className={styles.bar} role="region" aria-label="Take over">
      <strong>{plural(chosen.length, 'flag', 'flags')} chosen</strong>
      <span className={styles.parts}>
        {offered.map((part) => (
          <Checkbox
            key={part}
            label={PART_WORDS[part]}
            checked={!left.has(part)}
            onChange={() => toggle(part)}
          />
        ))}
      </span>
      <Button
        rightSection={<IconArrowRight size={16} />}
        disabled={parts.length === 0}
        onClick={() => setOpen(true)}
      >
        Take over to {to.name}…
      </Button>
      {isOpen && (
        <Suspense>
          <PromoteReview {...props} parts={parts} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
