// Text that people copy: tokens, ids, code.
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import styles from './copy.module.css';

/** How long the tick stays. */
const COPIED_MS = 1600;

/** Copies by the clipboard API, or, where a page without TLS has none, by a selected text area. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

type CopyButtonProps = {
  readonly text: string;
  /** What is copied, for the accessible name: "token" → "Copy token". */
  readonly what: string;
  readonly className?: string | undefined;
};

function CopyButton({ text, what, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
      <ActionIcon
        className={className ?? ''}
        variant="subtle"
        color="gray"
        aria-label={copied ? 'Copied' : `Copy ${what}`}
        onClick={() => void copyText(text).then(() => setCopied(true))}
      >
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** One line of text with a copy button. */
export function CopyField({ text, what }: { text: string; what: string }) {
  return (
    <span className={styles.field}>
      <span className={styles.value}>{text}</span>
      <CopyButton text={text} what={what} />
    </span>
  );
}

/** Several lines of code with a copy button. */
export function CodeBlock({ code, what = 'code' }: { code: string; what?: string }) {
  return (
    <div className={styles.block}>
      <pre tabIndex={0} aria-label={what}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} what={what} className={styles.blockButton} />
    </div>
  );
}
