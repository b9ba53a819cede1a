// Edits a stored flag: the form, what it comes to beside it, the bar that saves, the review before that.
import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import styles from './editor.module.css';
import { FlagAside } from './flag-aside.tsx';
import { FlagForm } from './flag-form.tsx';
import type { FlagPartProps } from './flag-part.ts';
import { useLeaveGuard } from './leave-guard.ts';
import { SaveError } from './save-error.tsx';
import { ReachContext, useReach } from './use-reach.ts';
import type { FlagEdit } from './use-flag-edit.ts';

const SaveReview = lazy(async () => ({ default: (await import('./save-review.tsx')).SaveReview }));

type FlagEditorProps = FlagPartProps & { readonly edit: FlagEdit };

export function FlagEditor({ flag, scope, edit }: FlagEditorProps) {
  useLeaveGuard(edit.isDirty);
  const reach = useReach(scope, edit.draft, edit.base);
  return (
    <ReachContext.Provider value={reach}>
      <div className={styles.layout}>
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            edit.startReview();
          }}
        >
          <SaveError
            error={edit.saving.error}
            base={edit.base}
            scope={scope}
            onLoad={edit.load}
            onRebase={edit.rebase}
          />
          <FlagForm
            draft={edit.draft}
            environmentName={scope.environment.name}
            errors={edit.errors}
            onChange={edit.change}
          />
          {edit.isDirty && (
            <div className={styles.saveBar} role="region" aria-label="Unsaved changes">
              <span role="status">
                {edit.problems.size > 0
                  ? `Not saved: ${[...edit.problems.values()][0]}`
                  : `Unsaved changes for ${scope.environment.name}`}
              </span>
              <Button variant="default" onClick={() => edit.load(flag)}>
                Discard
              </Button>
              <Button type="submit">Save</Button>
            </div>
          )}
        </form>
        <aside className={styles.aside} aria-label="About this flag">
          <FlagAside flag={flag} scope={scope} draft={edit.draft} />
        </aside>
        {edit.review.review && (
          <Suspense>
            <SaveReview
              flag={flag}
              scope={scope}
              review={edit.review.review}
              isOpen={edit.review.isOpen}
              isSaving={edit.saving.isSaving}
              error={edit.saving.error}
              change={edit.saving.change}
              onSave={edit.saving.save}
              onWaiting={() => edit.load(flag)}
              onClose={edit.review.stop}
            />
          </Suspense>
        )}
      </div>
    </ReachContext.Provider>
  );
}
