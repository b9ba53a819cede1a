// All flags of an environment together: flags that depend on flags are evaluated in the right order,
// and each at most once per subject.
import { type CohortSet, NO_COHORTS } from '#cohorts/compile';
import { type CompileOptions, type CompiledFlag, compileFlag } from './compile.ts';
import { evaluateFlag } from './evaluate.ts';
import type { Evaluation, FlagDefinition } from './flag.ts';
import type { EvaluationContext, Subject } from './subject.ts';

export type FlagSet = {
  /** The cohorts that conditions may speak of, ready to be asked. */
  readonly cohorts: CohortSet;
  /** Ordered by key; inactive ones too. */
  readonly flags: readonly CompiledFlag[];
  readonly byKey: ReadonlyMap<string, CompiledFlag>;
  /** Keys by flag id as text: dependencies are stored by id. */
  readonly keyById: ReadonlyMap<string, string>;
  /** By flag key: its dependencies in evaluation order, itself last; undefined when cyclic or missing. */
  readonly chains: ReadonlyMap<string, readonly string[] | undefined>;
  /** Stored person properties that some active flag may depend on; undefined when lists count too. */
  readonly personKeys: readonly string[] | undefined;
  /** Active flags that bucket people by the id that they had before login. */
  readonly keepingExperience: readonly CompiledFlag[];
  /** Whether some active flag may depend on stored properties of groups. */
  readonly usesGroups: boolean;
  /** True when outcomes may change by themselves as time goes by. */
  readonly usesClock: boolean;
};

/** Which flags of a set a request asks for. */
export type Selection = {
  /** Only these keys; unknown ones are passed over. */
  readonly keys?: readonly string[] | undefined;
  /** Says no to flags that this request must not see; for flags that depend on them they are false. */
  readonly isOffered?: ((flag: FlagDefinition) => boolean) | undefined;
  /** Also flags that are switched off. */
  readonly withDisabled?: boolean | undefined;
};

/**
 * Lays out the flags of one environment; archived and deleted ones must not be among them. Of `previous`
 * everything is taken over that would come out the same: flags whose definition is the very same object, and
 * with them what is worked out once per flag (`piecesByOutcome`, texts of definitions).
 */
export function compileFlagSet(
  definitions: readonly FlagDefinition[],
  options: Pick<CompileOptions, 'compileRegex' | 'cohorts'>,
  previous?: FlagSet,
): FlagSet {
  const keyById = new Map(definitions.map(({ id, key }) => [String(id), key]));
  const hasSameKeys = previous !== undefined && isSameMap(previous.keyById, keyById);
  const keys = hasSameKeys ? undefined : new Set(keyById.values());
  const flagKeyOf = (idOrKey: string): string | undefined =>
    keyById.get(idOrKey) ?? ((keys ?? previous?.byKey)?.has(idOrKey) ? idOrKey : undefined);
  const { cohorts = NO_COHORTS } = options;
  const lay = (definition: FlagDefinition): CompiledFlag => {
    const known = previous?.byKey.get(definition.key);
    const isSame = known?.definition === definition && hasSameCohorts(known, cohorts);
    if (isSame && (hasSameKeys || !refersToFlags(known))) return known;
    const made = compileFlag(definition, { ...options, flagKeyOf });
    return isSame && hasSameTargets(known, made) ? known : made;
  };
  const flags = inOrder(definitions).map(lay);
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  const chains = previous && hasSameChains(previous, byKey) ? previous.chains : chainsOf(byKey);
  const active = flags.filter(({ isActive }) => isActive);
  return {
    cohorts,
    flags,
    byKey,
    keyById,
    chains,
    personKeys: personKeysOf(active),
    keepingExperience: active.filter(({ keepsExperience }) => keepsExperience),
    usesGroups: active.some(({ groupKeys }) => groupKeys.size > 0),
    usesClock: active.some((flag) => flag.usesClock),
  };
}

function isSameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a.size !== b.size) return false;
  for (const [id, key] of b) if (a.get(id) !== key) return false;
  return true;
}

/** A copy is sorted only when it has to be: most changes move no key. */
function inOrder(definitions: readonly FlagDefinition[]): readonly FlagDefinition[] {
  const isSorted = definitions.every(({ key }, i) => i === 0 || definitions[i - 1]!.key < key);
  if (isSorted) return definitions;
  return definitions.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

/** True when another flag may come into it, also one that does not exist now. */
function refersToFlags(flag: CompiledFlag): boolean {
  return needsOthers(flag) || (flag.definition.killSwitchId ?? null) !== null;
}

function hasSameCohorts({ cohorts: asked }: CompiledFlag, cohorts: CohortSet): boolean {
  for (const [id, cohort] of asked) if (cohorts.compiled.get(id) !== cohort) return false;
  return true;
}

function hasSameTargets(a: CompiledFlag, b: CompiledFlag): boolean {
  const [before, after] = [targetsOf(a), targetsOf(b)];
  return (
    a.killSwitch === b.killSwitch &&
    before.length === after.length &&
    before.every((key, i) => key === after[i])
  );
}

/** Chains follow from the keys there are and from what each flag needs. */
function hasSameChains(previous: FlagSet, byKey: FlagSet['byKey']): boolean {
  if (previous.byKey.size !== byKey.size) return false;
  for (const [key, flag] of byKey) {
    const before = previous.byKey.get(key);
    if (before !== flag && !(before && hasSameTargets(before, flag))) return false;
  }
  return true;
}

function chainsOf(byKey: FlagSet['byKey']): FlagSet['chains'] {
  const chains = new Map<string, readonly string[] | undefined>();
  for (const flag of byKey.values()) findChain(flag, byKey, chains, new Set());
  return chains;
}

function personKeysOf(active: readonly CompiledFlag[]): readonly string[] | undefined {
  const keys = new Set<string>();
  for (const flag of active) {
    if (flag.usesMembership || flag.keepsExperience) return undefined;
    for (const key of flag.personKeys) keys.add(key);
  }
  return [...keys];
}

/** Keys of flags that are new, gone or different, or need one that is; in order. */
export function changedKeys(previous: FlagSet, current: FlagSet): string[] {
  const changed = new Set<string>();
  for (const flag of current.flags) {
    if (previous.byKey.get(flag.key) !== flag) changed.add(flag.key);
  }
  for (const { key } of previous.flags) if (!current.byKey.has(key)) changed.add(key);
  if (changed.size > 0) {
    const own = new Set(changed);
    for (const flag of current.flags) {
      if (!needsOthers(flag)) continue;
      const [before, after] = [previous.chains.get(flag.key), current.chains.get(flag.key)];
      // Without a chain it is the same whatever the others are; with one as long as none of them changes.
      const isSame = !before === !after && !after?.some((key) => own.has(key));
      if (!isSame) changed.add(flag.key);
    }
  }
  return [...changed].toSorted();
}

/** Evaluates the flags that are asked for, in the order of their keys. */
export function evaluateFlags(
  set: FlagSet,
  subject: Subject,
  context: EvaluationContext,
  selection: Selection = {},
): Evaluation[] {
  const { isOffered } = selection;
  const dependents = new Map<string, Evaluation>();
  const evaluations: Evaluation[] = [];
  for (const flag of candidates(set, selection)) {
    if (!isAsked(flag, selection)) continue;
    evaluations.push(
      needsOthers(flag)
        ? evaluateDependent({ set, subject, context, isOffered, dependents }, flag)
        : evaluateFlag(flag, subject, context),
    );
  }
  return evaluations;
}

type Run = {
  readonly set: FlagSet;
  readonly subject: Subject;
  readonly context: EvaluationContext;
  readonly isOffered: Selection['isOffered'];
  /** Results so far of flags that depend on flags. */
  readonly dependents: Map<string, Evaluation>;
};

export function needsOthers(flag: CompiledFlag): boolean {
  return flag.dependencies.length > 0 || flag.killSwitch !== undefined;
}

/** Keys of the flags to evaluate before this one; empty text for one that does not exist. */
export function targetsOf(flag: CompiledFlag): readonly string[] {
  const { dependencies, killSwitch } = flag;
  return killSwitch === undefined ? dependencies : [killSwitch, ...dependencies];
}

function evaluateDependent(run: Run, flag: CompiledFlag): Evaluation {
  const known = run.dependents.get(flag.key);
  if (known) return known;
  const outcome = evaluateAfterTargets(run, flag);
  run.dependents.set(flag.key, outcome);
  return outcome;
}

/** Kill switch, override, then everything that conditions name; complete chains are free of circles. */
function evaluateAfterTargets(run: Run, flag: CompiledFlag): Evaluation {
  if (!flag.isActive) return flag.disabled;
  const isComplete = run.set.chains.get(flag.key) !== undefined;
  // A kill switch that cannot be asked leaves the flag off.
  if (!isComplete && flag.killSwitch !== undefined) return flag.missingDependency;
  const kill = evaluateKillSwitch(run, flag);
  if (kill?.failed) return failedAfter(run, flag, kill);
  if (kill?.enabled) return flag.killed;
  const forced = flag.overrides?.get(run.subject.distinctId);
  if (forced) return forced;
  return isComplete ? evaluateConditions(run, flag) : flag.missingDependency;
}

/** Hidden or not: who may not see the kill switch is still protected by it. */
function evaluateKillSwitch(run: Run, { killSwitch }: CompiledFlag): Evaluation | undefined {
  const target = killSwitch === undefined ? undefined : run.set.byKey.get(killSwitch);
  return target && evaluateTarget(run, target);
}

function evaluateConditions(run: Run, flag: CompiledFlag): Evaluation {
  const { set, subject, context, isOffered } = run;
  const targets = new Map<string, Evaluation | undefined>();
  for (const key of flag.dependencies) {
    const target = set.byKey.get(key);
    const isHidden = !target || (isOffered !== undefined && !isOffered(target.definition));
    const result = isHidden ? undefined : evaluateTarget(run, target);
    if (result?.failed) return failedAfter(run, flag, result);
    targets.set(key, result);
  }
  const flagValue = (key: string) => valueOf(targets.get(key));
  return evaluateFlag(flag, subject, { ...context, flagValue });
}

/** A flag fails for the reason for which one that it needs has failed. */
function failedAfter({ set }: Run, flag: CompiledFlag, result: Evaluation): Evaluation {
  return set.byKey.get(result.key)?.nameless === result ? flag.nameless : flag.failed;
}

function evaluateTarget(run: Run, target: CompiledFlag): Evaluation {
  if (needsOthers(target)) return evaluateDependent(run, target);
  return evaluateFlag(target, run.subject, run.context);
}

/** The flags that a selection names, each once, ordered by key. */
export function candidates(set: FlagSet, { keys }: Selection): readonly CompiledFlag[] {
  if (keys === undefined) return set.flags;
  const [only] = keys;
  const wanted = keys.length > 1 ? [...new Set(keys)].toSorted() : [only];
  return wanted.flatMap((key) => (key === undefined ? [] : (set.byKey.get(key) ?? [])));
}

export function isAsked(flag: CompiledFlag, { isOffered, withDisabled }: Selection): boolean {
  if (!flag.isActive && !withDisabled) return false;
  return isOffered === undefined || isOffered(flag.definition);
}

/** A flag that was not evaluated counts as false. */
function valueOf(evaluation: Evaluation | undefined): boolean | string {
  return evaluation?.enabled ? (evaluation.variant ?? true) : false;
}

function findChain(
  flag: CompiledFlag,
  byKey: ReadonlyMap<string, CompiledFlag>,
  chains: Map<string, readonly string[] | undefined>,
  open: Set<string>,
): readonly string[] | undefined {
  if (chains.has(flag.key)) return chains.get(flag.key);
  if (open.has(flag.key)) return undefined;
  open.add(flag.key);
  const chain = new Set<string>();
  let isComplete = true;
  for (const key of targetsOf(flag)) {
    const target = byKey.get(key);
    const before = target && findChain(target, byKey, chains, open);
    if (!before) isComplete = false;
    else for (const link of before) chain.add(link);
  }
  open.delete(flag.key);
  const result = isComplete ? [...chain, flag.key] : undefined;
  chains.set(flag.key, result);
  return result;
}
