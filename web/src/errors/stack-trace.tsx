// What was thrown, and where: frames of the app open with the code around, those of libraries folded away.
import type { StackFrame, ThrownException } from '../api/errors.ts';
import { plural } from '../ui/format.ts';
import styles from './errors.module.css';
import { type FrameRun, runsOf } from './frame-runs.ts';

export function StackTrace({ exceptions }: { exceptions: readonly ThrownException[] }) {
  return exceptions.map((exception, index) => (
    <div key={index} className={styles.exception}>
      <h3>
        {index > 0 && <span className={styles.dim}>Caused by </span>}
        {exception.type}
        {exception.message !== '' && `: ${exception.message}`}
      </h3>
      {exception.frames.length === 0 ? (
        <p className={styles.dim}>It was reported without a stack.</p>
      ) : (
        <ol className={styles.frames}>
          {runsOf(exception.frames).map((run) => (
            <Run key={run.start} run={run} />
          ))}
        </ol>
      )}
    </div>
  ));
}

function Run({ run }: { run: FrameRun }) {
  const isOpenFirst = run.start === 0;
  if (run.isInApp) {
    return run.frames.map((frame, index) => (
      <li key={index}>
        <Frame frame={frame} isOpen={isOpenFirst && index === 0} />
      </li>
    ));
  }
  return (
    <li>
      <details className={styles.others}>
        <summary>{plural(run.frames.length, 'frame')} of libraries</summary>
        {run.frames.map((frame, index) => (
          <Frame key={index} frame={frame} isOpen={false} />
        ))}
      </details>
    </li>
  );
}

function Frame({ frame, isOpen }: { frame: StackFrame; isOpen: boolean }) {
  const { source } = frame;
  if (!source) {
    return (
      <div className={styles.frame}>
        <Place frame={frame} />
      </div>
    );
  }
  const first = (frame.line ?? 1) - source.before.length;
  const lines = [...source.before, source.line, ...source.after];
  return (
    <details open={isOpen}>
      <summary className={styles.frame}>
        <Place frame={frame} />
      </summary>
      {/* Reached by keyboards, as it may be wider than the page. */}
      <pre
        className={styles.code}
        role="group"
        tabIndex={0}
        aria-label={`Code around line ${frame.line}`}
      >
        {lines.map((line, index) => (
          <span
            key={index}
            className={`${styles.codeLine} ${index === source.before.length ? styles.codeAt : ''}`}
          >
            <span aria-hidden>{first + index}</span>
            <span>{line || ' '}</span>
          </span>
        ))}
      </pre>
    </details>
  );
}

function Place({ frame }: { frame: StackFrame }) {
  const { function: name, file, module, line, column } = frame;
  const at = [line, column].filter((part) => part !== null).join(':');
  return (
    <>
      <span className={styles.function}>{name || '(no name)'}</span>{' '}
      <span className={styles.file}>
        {file || module}
        {at !== '' && `:${at}`}
      </span>
    </>
  );
}
