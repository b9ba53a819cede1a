// The snippets, PostHog's SDKs and OpenFeature's apart, in tabs; the last choice is kept for the next time.
import { SegmentedControl, Tabs } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { CodeBlock } from '../ui/copy.tsx';
import styles from './install.module.css';
import { openFeatureSnippets } from './openfeature-snippets.ts';
import type { Snippet, SnippetInput } from './snippet.ts';
import { posthogSnippets } from './snippets.ts';

type InstallSnippetsProps = {
  readonly input: SnippetInput;
  /** Installation and set-up, the question for a flag, or both. */
  readonly show?: 'all' | 'setUp' | 'use';
};

export function InstallSnippets({ input, show = 'all' }: InstallSnippetsProps) {
  const families = [
    { label: 'PostHog SDKs', snippets: posthogSnippets(input) },
    { label: 'OpenFeature', snippets: openFeatureSnippets(input) },
  ] as const;
  const [chosen, choose] = useLocalStorage({ key: 'serin-sdk', defaultValue: 'html' });
  const isChosen = ({ id }: Snippet): boolean => id === chosen;
  const family = families.find(({ snippets }) => snippets.some(isChosen)) ?? families[0];
  const value = family.snippets.some(isChosen) ? chosen : family.snippets[0]?.id;
  const chooseFamily = (label: string) => {
    const first = families.find((other) => other.label === label)?.snippets[0];
    if (first) choose(first.id);
  };
  return (
    <div className={styles.steps}>
      <SegmentedControl
        aria-label="Kind of SDK"
        data={families.map(({ label }) => label)}
        value={family.label}
        onChange={chooseFamily}
        w="fit-content"
      />
      <Tabs value={value ?? null} onChange={(next) => next && choose(next)}>
        <Tabs.List className={styles.tabs}>
          {family.snippets.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {family.snippets.map(({ id, label, install, setUp, use, note }) => (
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
    </div>
  );
}
