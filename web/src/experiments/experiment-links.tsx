// Public links to the results of an experiment.
import { useQuery } from '@tanstack/react-query';
import { type Experiment, experimentLinksQuery, useExperimentLinks } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { PublicLinks } from '../ui/public-links.tsx';

type ExperimentLinksProps = {
  readonly experiment: Experiment;
  readonly scope: Scope;
  readonly onClose: () => void;
};

export function ExperimentLinks({ experiment, scope, onClose }: ExperimentLinksProps) {
  const links = useQuery(experimentLinksQuery(scope, experiment.id));
  const verbs = useExperimentLinks(scope, experiment.id);
  return (
    <PublicLinks links={links} {...verbs} path="/shared/experiments/" onClose={onClose}>
      Whoever has a link sees the hypothesis, the numbers with their checks and what they advise,
      and the values that metrics are broken down by, without signing in. No people, no conditions,
      nothing of what was changed meanwhile.
    </PublicLinks>
  );
}
