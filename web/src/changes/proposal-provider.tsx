// Holds the dialog that proposes a change, for every page.
import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react';
import { type Propose, ProposalContext, type ProposedChange } from './proposal.ts';

const ProposeDialog = lazy(async () => {
  const module = await import('./propose-dialog.tsx');
  return { default: module.ProposeDialog };
});

export function ProposalProvider({ children }: { children: ReactNode }) {
  const [proposed, setProposed] = useState<ProposedChange | null>(null);
  const propose = useCallback<Propose>((next) => setProposed(next), []);
  return (
    <ProposalContext.Provider value={propose}>
      {children}
      {proposed && (
        <Suspense>
          <ProposeDialog proposed={proposed} onClose={() => setProposed(null)} />
        </Suspense>
      )}
    </ProposalContext.Provider>
  );
}
