// The form of a plan: its parts, what is known of it beside them, and what is done with it below.
import type { ReactNode } from 'react';
import type { Problems } from '../targeting/condition-problem.ts';
import { FirstProblem } from '../targeting/first-problem.tsx';
import { FormErrors } from '../targeting/form-errors.tsx';
import { ErrorAlert } from '../ui/error-alert.tsx';
import styles from './plan-form.module.css';

type PlanColumnsProps = {
  readonly problems: Problems;
  /** Why the server did not take it. */
  readonly error: unknown;
  readonly check?: ReactNode;
  readonly actions: ReactNode;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
};

export function PlanColumns(props: PlanColumnsProps) {
  const { problems, error, check, actions, onSubmit, children } = props;
  return (
    <FormErrors.Provider value={problems}>
      <form
        className={styles.columns}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <div className={styles.parts}>
          <ErrorAlert error={error} />
          {children}
        </div>
        {check}
        <div className={styles.actions}>
          <FirstProblem problems={problems} />
          {actions}
        </div>
      </form>
    </FormErrors.Provider>
  );
}
