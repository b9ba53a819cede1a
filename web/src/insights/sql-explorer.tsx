// A question in SQL: the statement, what it can read, what it is narrowed by, and its rows. The address follows what
// is written; it is asked when somebody says so.
import { Button, Group, Kbd, Progress, Select } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { SqlDisplay, SqlQuery } from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { FormErrors } from '../targeting/form-errors.tsx';
import { formatNumber } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import { AnswerFrame } from './answer-frame.tsx';
import type { EditorProps } from './editor.ts';
import explorer from './explorer.module.css';
import { FiltersEditor } from './filters-editor.tsx';
import { problemsOf } from './problems.ts';
import { RangeInput } from './range-input.tsx';
import { todayIn } from './range.ts';
import { applyEdit, selectionOf, SqlEditor } from './sql-editor.tsx';
import { inserted } from './sql-keys.ts';
import { SqlParameters } from './sql-parameters.tsx';
import { SqlSchema } from './sql-schema.tsx';
import { asksForFilters, offsetOf, placeIn } from './sql-text.ts';
import { SqlView } from './sql-view.tsx';
import styles from './sql.module.css';
import { TestAccountsSwitch } from './test-accounts.tsx';
import { useSqlRun } from './use-sql-run.ts';
import { breakdownWords } from './value-words.ts';

type SqlExplorerProps = EditorProps<SqlQuery> & { readonly scope: Scope; readonly title: string };

export function SqlExplorer({ query, scope, title, onChange }: SqlExplorerProps) {
  const statement = useStatement(query, onChange);
  const run = useSqlRun(scope, { ...query, query: statement.asked });
  const { answer } = run;
  const start = () => {
    statement.ask();
    if (!statement.isNew) void answer.refetch();
  };
  return (
    <FormErrors.Provider value={problemsOf(answer.error)}>
      <Section>
        <Writing
          statement={statement}
          run={run}
          scope={scope}
          query={query}
          onRun={start}
          onChange={onChange}
        />
      </Section>
      <SqlTools
        query={query}
        isFiltered={asksForFilters(statement.text)}
        scope={scope}
        onChange={onChange}
      />
      {run.isEnded ? (
        <Section>
          <EmptyState
            title="Ended before it had an answer"
            action={<Button onClick={start}>Run it again</Button>}
          />
        </Section>
      ) : (
        <AnswerFrame answer={answer}>
          {(data) => (
            <SqlView
              query={query}
              answer={data}
              scope={scope}
              title={title}
              wordsOf={breakdownWords}
              onPick={undefined}
            />
          )}
        </AnswerFrame>
      )}
    </FormErrors.Provider>
  );
}

type WritingProps = Omit<SqlExplorerProps, 'title'> & {
  readonly statement: ReturnType<typeof useStatement>;
  readonly run: ReturnType<typeof useSqlRun>;
  readonly onRun: () => void;
};

function Writing({ statement, run, scope, query, onRun, onChange }: WritingProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const { text, isNew } = statement;
  const wrong = isNew ? null : run.answer.error;
  const place = placeIn(wrong?.message ?? '');
  const showPlace = () => {
    const at = place && offsetOf(text, place);
    field.current?.focus();
    if (at !== undefined) field.current?.setSelectionRange(at, at);
  };
  return (
    <div className={styles.frame}>
      <div className={styles.writing}>
        <SqlEditor
          text={text}
          field={field}
          wrongLine={place?.line}
          isWrong={wrong !== null}
          onChange={statement.write}
          onRun={onRun}
          onLeave={statement.keep}
        />
        <Group gap="xs">
          <RunButton isRunning={run.answer.isFetching} onRun={onRun} onEnd={run.end} />
          {place && (
            <Button variant="default" onClick={showPlace}>
              Go to line {place.line}
            </Button>
          )}
          <span id="sql-keys" className={styles.note}>
            {isNew ? 'Changed since it was run. ' : ''}
            <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> runs it, <Kbd size="xs">Tab</Kbd>{' '}
            indents, <Kbd size="xs">Esc</Kbd> <Kbd size="xs">Tab</Kbd> leaves.
          </span>
        </Group>
        <RunProgress progress={run.progress} />
        <SqlParameters query={query} text={text} onChange={onChange} />
      </div>
      <SqlSchema
        scope={scope}
        onInsert={(name) => {
          if (field.current) applyEdit(field.current, inserted(selectionOf(field.current), name));
        }}
      />
    </div>
  );
}

/** What is written, what the address has, and what was asked last. */
function useStatement(query: SqlQuery, onChange: (query: SqlQuery) => void) {
  const [text, setText] = useState(query.query);
  const [asked, setAsked] = useState(query.query);
  const [seen, setSeen] = useState(query.query);
  if (query.query !== seen) {
    setSeen(query.query);
    // Back, forward, another link: nobody has written it here.
    if (query.query !== text) {
      setText(query.query);
      setAsked(query.query);
    }
  }
  const keep = () => {
    if (text !== query.query && text.trim() !== '') onChange({ ...query, query: text });
  };
  const ask = () => {
    if (text.trim() === '') return;
    setAsked(text);
    keep();
  };
  return { text, asked, isNew: text !== asked, write: setText, keep, ask };
}

type RunButtonProps = {
  readonly isRunning: boolean;
  readonly onRun: () => void;
  readonly onEnd: () => void;
};

function RunButton({ isRunning, onRun, onEnd }: RunButtonProps) {
  return isRunning ? (
    <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={onEnd}>
      Cancel
    </Button>
  ) : (
    <Button leftSection={<IconPlayerPlay size={16} />} onClick={onRun}>
      Run
    </Button>
  );
}

type RunProgressProps = { readonly progress: ReturnType<typeof useSqlRun>['progress'] };

function RunProgress({ progress }: RunProgressProps) {
  if (!progress || progress.rows_read === 0) return null;
  const { rows_read: rows, estimated_rows_total: total } = progress;
  const words = `${formatNumber(rows)} of about ${formatNumber(Math.max(rows, total))} rows read`;
  return (
    <div className={styles.progress}>
      <Progress value={(100 * rows) / Math.max(rows, total)} size="sm" aria-label={words} />
      <span className={styles.note} role="status">
        {words}
      </span>
    </div>
  );
}

const DISPLAYS: readonly { readonly value: SqlDisplay; readonly label: string }[] = [
  { value: 'ActionsTable', label: 'Table' },
  { value: 'ActionsLineGraph', label: 'Lines' },
  { value: 'ActionsBar', label: 'Bars' },
];

type SqlToolsProps = Omit<SqlExplorerProps, 'title'> & { readonly isFiltered: boolean };

function SqlTools({ query, isFiltered, scope, onChange }: SqlToolsProps) {
  const { filters = {} } = query;
  const set = (change: object) => onChange({ ...query, filters: { ...filters, ...change } });
  return (
    <div className={explorer.tools}>
      {isFiltered ? (
        <>
          <RangeInput
            range={filters?.dateRange}
            today={todayIn(scope.project.timezone)}
            none="Any time"
            onChange={(dateRange) => set({ dateRange })}
          />
          <TestAccountsSwitch
            isOn={filters?.filterTestAccounts === true}
            scope={scope}
            onChange={(filterTestAccounts) => set({ filterTestAccounts })}
          />
        </>
      ) : (
        <p className={`${styles.note} ${styles.hint}`}>
          With <code>{'WHERE {filters}'}</code> range and conditions are chosen here, and a
          dashboard can override them.
        </p>
      )}
      <Select
        aria-label="Display"
        data={DISPLAYS}
        value={query.display ?? 'ActionsTable'}
        allowDeselect={false}
        className={explorer.smallTool ?? ''}
        onChange={(next) =>
          onChange({
            ...query,
            display: next === 'ActionsTable' ? undefined : (next as SqlDisplay),
          })
        }
      />
      {isFiltered && (
        <div className={styles.conditions}>
          <FiltersEditor
            filters={filters?.properties}
            attr="filters.properties"
            addFirst="Add a condition for {filters}"
            onChange={(properties) => set({ properties })}
          />
        </div>
      )}
    </div>
  );
}
