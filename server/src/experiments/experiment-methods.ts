// Which function of this folder answers a test vector, by the name of its method.
import { type DecisionInput, decide } from './decision.ts';
import { type ReferenceInput, sufficientStatistics } from './sufficient-statistics.ts';

export const EXPERIMENT_FEATURE_METHODS = {
  'decision.evaluate': (input: unknown) => decide(input as DecisionInput),
  'experiment.sufficientStatistics': (input: unknown) =>
    sufficientStatistics(input as ReferenceInput),
};
