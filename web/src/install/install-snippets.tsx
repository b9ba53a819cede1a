// The snippets in tabs; the last choice of SDK is kept for the next time.
import { Tabs } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { CodeBlock } from '../ui/copy.tsx';
import styles from './install.module.css';
import { type SnippetInput, snippetsFor } from './snippets.ts';

type InstallSnippetsProps = {
  readonly input: SnippetInput;
  /** Installation and set-up, the question for a flag, or both. */
  readonly show?: 'all' | 'setUp' | 'use';
};

export function InstallSnippets({ input, show = 'all' }: InstallSnippetsProps) {
  const snippets = snippetsFor(input);
  const [chosen, choose] = useLocalStorage({ key: 'serin-sdk', defaultValue: 'html' });
  const value = snippets.some(({ id }) => id === chosen) ? chosen : 'html';
  return (
    <Tabs value={value} onChange={(next) => next && choose(next)}>
      <Tabs.List className={styles.tabs}>
        {snippets.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ id, label, install, setUp, use, note }) => (
        <Tabs.Panel key={id} value={id} pt="md">
          <div className={styles.steps}>
            {show !== 'use' && install && <CodeBlock code={install} what={`${label}: install`} />}
            {show !== 'use' && <CodeBlock code={setUp} what={`${label}: set up`} />}
            {show !== 'setUp' && <CodeBlock code={use} what={`${label}: use`} />}
            {note && show !== 'use' && <p className={styles.note}>{note}</p>}
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
