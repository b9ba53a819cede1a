// The three steps of a newcomer. Each ticks itself when it has really happened.
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Scope } from '../api/session.ts';
import { InstallSnippets } from '../install/install-snippets.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Section } from '../ui/page.tsx';
import type { FirstStepsState } from './first-steps.queries.ts';
import styles from './home.module.css';

/** Key that the snippets show before there is a flag. */
const EXAMPLE_KEY = 'new-checkout';

export function FirstSteps({ steps, scope }: { steps: FirstStepsState; scope: Scope }) {
  const { flag, hasEvent, isFlagAsked } = steps;
  const input = {
    origin: window.location.origin,
    token: scope.environment.token,
    flagKey: flag?.key ?? EXAMPLE_KEY,
    variant: flag?.variant ?? null,
  };
  const current = !flag ? 1 : hasEvent ? 3 : 2;
  return (
    <Section
      title="Three steps to your first served flag"
      lead="Each ticks itself as soon as it has happened."
    >
      <ol className={styles.steps}>
        <Step number={1} title="Create a flag" isDone={flag !== null} isCurrent={current === 1}>
          <p className={styles.text}>A name for the change you want to release.</p>
          <div>
            <LinkButton to="/feature-flags/new">Create a flag</LinkButton>
          </div>
        </Step>
        <Step number={2} title="Install an SDK" isDone={hasEvent} isCurrent={current === 2}>
          <p className={styles.text}>
            Serin speaks to unmodified PostHog SDKs. Paste this, open your app, and its first event
            arrives here.
          </p>
          <InstallSnippets input={input} show="setUp" />
        </Step>
        <Step number={3} title="Ask for the flag" isDone={isFlagAsked} isCurrent={current === 3}>
          <p className={styles.text}>
            Wrap the change in your code. This step ticks when your app has asked for a flag.
          </p>
          <InstallSnippets input={input} show="use" />
        </Step>
      </ol>
    </Section>
  );
}

type StepProps = {
  readonly number: number;
  readonly title: string;
  readonly isDone: boolean;
  readonly isCurrent: boolean;
  readonly children: ReactNode;
};

function Step({ number, title, isDone, isCurrent, children }: StepProps) {
  return (
    <li
      className={`${styles.step} ${isDone ? styles.done : ''}`}
      aria-current={isCurrent ? 'step' : undefined}
    >
      <span className={styles.number}>
        {isDone ? <IconCheck size={16} stroke={2.4} aria-label="Done" /> : number}
      </span>
      <div className={styles.body}>
        <h3 className={styles.title}>{title}</h3>
        {isCurrent && !isDone && children}
      </div>
    </li>
  );
}
