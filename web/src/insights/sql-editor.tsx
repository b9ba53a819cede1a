// The statement as text. Ctrl or Cmd with Enter runs it; a tab indents, Escape and then a tab leaves.
import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { type Edit, indented, newLine, outdented } from './sql-keys.ts';
import styles from './sql.module.css';

type SqlEditorProps = {
  readonly text: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** The line at fault, from 1 on. */
  readonly wrongLine: number | undefined;
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onLeave: () => void;
};

/** Lines that are seen at least, and at most before it scrolls. */
const MIN_LINES = 8;
const MAX_LINES = 22;

export function SqlEditor(props: SqlEditorProps) {
  const { text, field, wrongLine, isWrong, onChange, onRun, onLeave } = props;
  const gutter = useRef<HTMLDivElement>(null);
  const mayLeave = useRef(false);
  const lines = text.split('\n').length;
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const edit = editOf(event, mayLeave.current);
    mayLeave.current = event.key === 'Escape';
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun();
    } else if (edit) {
      event.preventDefault();
      applyEdit(event.currentTarget, edit);
    }
  };
  return (
    <div className={styles.editor} data-wrong={isWrong || undefined}>
      <div ref={gutter} className={styles.gutter} aria-hidden>
        {Array.from({ length: lines }, (_, index) => (
          <span key={index} data-wrong={index + 1 === wrongLine || undefined}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={field}
        className={styles.text}
        aria-label="SQL"
        aria-describedby="sql-keys"
        aria-invalid={isWrong}
        rows={Math.min(MAX_LINES, Math.max(MIN_LINES, lines))}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={press}
        onBlur={onLeave}
        onScroll={({ currentTarget: { scrollTop } }) => {
          if (gutter.current) gutter.current.scrollTop = scrollTop;
        }}
      />
    </div>
  );
}

function editOf(event: KeyboardEvent<HTMLTextAreaElement>, mayLeave: boolean): Edit | undefined {
  const { key, shiftKey, ctrlKey, metaKey, altKey, nativeEvent } = event;
  if (ctrlKey || metaKey || altKey || nativeEvent.isComposing) return undefined;
  const selected = selectionOf(event.currentTarget);
  if (key === 'Tab' && !mayLeave) return shiftKey ? outdented(selected) : indented(selected);
  return key === 'Enter' && !shiftKey ? newLine(selected) : undefined;
}

export const selectionOf = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) => ({
  text: value,
  from: selectionStart,
  to: selectionEnd,
});

/** As if it were typed, so that it can be undone. */
export function applyEdit(field: HTMLTextAreaElement, edit: Edit): void {
  field.focus();
  field.setSelectionRange(edit.from, edit.to);
  const command = edit.by === '' ? 'delete' : 'insertText';
  // The only way that keeps the browser's own undo; where it is missing the text still changes.
  if (edit.from !== edit.to || edit.by !== '') {
    if (!document.execCommand(command, false, edit.by)) {
      field.setRangeText(edit.by, edit.from, edit.to, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }
  field.setSelectionRange(edit.selectFrom, edit.selectTo);
}
