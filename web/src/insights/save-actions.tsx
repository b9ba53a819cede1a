// Saving: a new insight under a name, changes of a saved one, or those as another.
import { Button } from '@mantine/core';
import { useState } from 'react';
import {
  type InsightQuery,
  type SavedInsight,
  useSaveInsight,
  useUpdateInsight,
} from '../api/insights.ts';
import type { Scope } from '../api/session.ts';
import { toastDone, toastError } from '../ui/toast.ts';
import { savedForm } from './query-address.ts';
import { NameDialog } from './name-dialog.tsx';
import { useShowSaved } from './use-show-saved.ts';

type SaveActionsProps = {
  readonly scope: Scope;
  readonly query: InsightQuery;
  readonly saved: SavedInsight | null;
  readonly isChanged: boolean;
};

export function SaveActions({ scope, query, saved, isChanged }: SaveActionsProps) {
  const [isNaming, setNaming] = useState(false);
  const showSaved = useShowSaved();
  const create = useSaveInsight(scope);
  const update = useUpdateInsight(scope);
  const saveChanges = async (insight: SavedInsight) => {
    try {
      await update.mutateAsync({
        id: insight.id,
        query: savedForm(query),
        version: insight.version,
      });
      await showSaved(insight.short_id);
      toastDone('Saved.');
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <>
      {saved && isChanged && (
        <>
          <Button variant="default" onClick={() => void showSaved(saved.short_id)}>
            Discard
          </Button>
          <Button variant="default" onClick={() => setNaming(true)}>
            Save as new
          </Button>
          <Button loading={update.isPending} onClick={() => void saveChanges(saved)}>
            Save changes
          </Button>
        </>
      )}
      {!saved && <Button onClick={() => setNaming(true)}>Save</Button>}
      <NameDialog
        title="Save insight"
        action="Save"
        isOpen={isNaming}
        name=""
        description=""
        error={create.error}
        isPending={create.isPending}
        onClose={() => {
          setNaming(false);
          create.reset();
        }}
        onName={async (named) => {
          const insight = await create.mutateAsync({ ...named, query: savedForm(query) });
          setNaming(false);
          await showSaved(insight.short_id);
          toastDone(`${insight.name} is saved.`);
        }}
      />
    </>
  );
}
