// A question about events: its parts, what stands above its chart, and the answer. The address holds the
// question, so a link shows others the same and the way back works.
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  answerQuery,
  type EventsQuestion,
  type InsightKind,
  type InsightQuery,
} from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { FormErrors } from '../targeting/form-errors.tsx';
import { Section } from '../ui/page.tsx';
import { AnswerFrame } from './answer-frame.tsx';
import { BreakdownInput } from './breakdown-input.tsx';
import { askedOf } from './displays.ts';
import type { Picked } from './editor.ts';
import styles from './explorer.module.css';
import { FiltersEditor } from './filters-editor.tsx';
import { FlagSplitInput } from './flag-split-input.tsx';
import { KindAnswer, KindEditor, KindTools } from './kinds.tsx';
import { problemsOf } from './problems.ts';
import { SqlExplorer } from './sql-explorer.tsx';
import { PeopleDrawer } from './people-drawer.tsx';
import { breakdownOf, canBreakDown, KINDS, withKind } from './query.ts';
import { todayIn } from './range.ts';
import { TestAccounts } from './test-accounts.tsx';
import { useValueWords } from './use-value-words.ts';

type ExplorerProps = {
  readonly query: InsightQuery;
  readonly scope: Scope;
  /** What the insight is called, for files. */
  readonly title: string;
  readonly onChange: (query: InsightQuery) => void;
};

export function Explorer({ query, onChange, ...rest }: ExplorerProps) {
  return (
    <>
      <SegmentedControl
        className={styles.kinds ?? ''}
        aria-label="Kind of insight"
        data={KINDS.map(({ kind, label }) => ({ value: kind, label }))}
        value={query.kind}
        onChange={(kind) => onChange(withKind(query, kind as InsightKind))}
      />
      {query.kind === 'HogQLQuery' ? (
        <SqlExplorer query={query} onChange={onChange} {...rest} />
      ) : (
        <EventsExplorer query={query} onChange={onChange} {...rest} />
      )}
    </>
  );
}

type EventsExplorerProps = Omit<ExplorerProps, 'query'> & { readonly query: EventsQuestion };

function EventsExplorer({ query, scope, title, onChange }: EventsExplorerProps) {
  const answer = useQuery(answerQuery(scope, askedOf(query)));
  const wordsOf = useValueWords(query, scope);
  const [picked, setPicked] = useState<Picked | null>(null);
  return (
    <FormErrors.Provider value={problemsOf(answer.error)}>
      <Section>
        <div className={styles.editor}>
          <div className={styles.column}>
            <KindEditor query={query} onChange={onChange} />
          </div>
          <div className={styles.column}>
            <Narrowing query={query} scope={scope} onChange={onChange} />
          </div>
        </div>
      </Section>
      <div className={styles.tools}>
        <KindTools query={query} today={todayIn(scope.project.timezone)} onChange={onChange} />
      </div>
      <AnswerFrame answer={answer}>
        {(data) => (
          <KindAnswer
            query={query}
            answer={data}
            scope={scope}
            title={title}
            wordsOf={wordsOf}
            onPick={setPicked}
          />
        )}
      </AnswerFrame>
      <PeopleDrawer picked={picked} scope={scope} onClose={() => setPicked(null)} canKeep />
    </FormErrors.Provider>
  );
}

type NarrowingProps = Pick<EventsExplorerProps, 'query' | 'scope' | 'onChange'>;

function Narrowing({ query, scope, onChange }: NarrowingProps) {
  return (
    <>
      <FiltersEditor
        filters={query.properties}
        attr="properties"
        addFirst="Add a condition for all events"
        onChange={(properties) => onChange({ ...query, properties })}
      />
      {canBreakDown(query) && (
        <BreakdownInput
          breakdown={breakdownOf(query)}
          onChange={(breakdownFilter) => onChange({ ...query, breakdownFilter })}
        />
      )}
      <FlagSplitInput query={query} scope={scope} onChange={onChange} />
      <TestAccounts query={query} scope={scope} onChange={onChange} />
    </>
  );
}
