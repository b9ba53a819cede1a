// The parts of a condition on a property as they arrive: shape and size. Whether they make sense together is
// for check-value.ts.
import { z } from 'zod';
import { OPERATORS, OPERATOR_ALIASES } from './operator.ts';

const MAX_LIST_VALUES = 5_000;
const MAX_TEXT_CHARACTERS = 2_000;

const scalar = z.union([z.string().max(MAX_TEXT_CHARACTERS), z.number(), z.boolean(), z.null()]);

/** The fields of a condition on a property. */
export const comparison = {
  key: z.union([z.string().min(1).max(400), z.number().int()]),
  value: z.union([scalar, z.array(scalar).max(MAX_LIST_VALUES)]).optional(),
  operator: z
    .enum([...OPERATORS, ...OPERATOR_ALIASES])
    .nullable()
    .optional(),
  negation: z.boolean().nullable().optional(),
  label: z.string().max(MAX_TEXT_CHARACTERS).nullable().optional(),
  cohort_name: z.string().max(MAX_TEXT_CHARACTERS).nullable().optional(),
};
