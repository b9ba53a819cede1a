// The column beside the editor: what the draft comes to in words, then what hangs on the flag and is
// saved by itself (each a card of its own). It stands outside the form, so cards may hold forms.
import { useNames } from '../targeting/use-names.ts';
import { Section } from '../ui/page.tsx';
import type { FlagDraft } from './draft.ts';
import { filtersFrom } from './draft-body.ts';
import type { FlagPartProps } from './flag-part.ts';
import { FlagRelations } from './flag-relations.tsx';
import { OverridesCard } from './overrides-card.tsx';
import { OwnershipCard } from './ownership-card.tsx';
import { ReachCard } from './reach-card.tsx';
import { SchemaCard } from './schema-card.tsx';
import { Summary } from './summary.tsx';
import { summarySentences } from './words.ts';

type FlagAsideProps = FlagPartProps & { readonly draft: FlagDraft };

export function FlagAside({ flag, scope, draft }: FlagAsideProps) {
  const context = { ...useNames(), bucketing: draft.bucketing };
  const filters = filtersFrom(draft, flag.filters);
  return (
    <>
      <Section title="In words">
        <Summary sentences={summarySentences(filters, flag.active, context)} />
      </Section>
      <ReachCard environmentName={scope.environment.name} isActive={flag.active} />
      <OverridesCard flag={flag} scope={scope} />
      <FlagRelations flag={flag} scope={scope} filters={filters} />
      <OwnershipCard flag={flag} scope={scope} />
      <SchemaCard flag={flag} scope={scope} />
    </>
  );
}
