// All flags of an environment together: flags that depend on flags are evaluated in the right order,
// and each at most once per subject.
import { type CompileOptions, type CompiledFlag, compileFlag } from './compile.ts';
import { evaluateFlag, needsStoredPerson } from './evaluate.ts';
import type { Evaluation, FlagDefinition } from './flag.ts';
import type { EvaluationContext, Subject } from './subject.ts';
import { usesClock } from './uses-clock.ts';

export type FlagSet = {
  /** Ordered by key; inactive ones too. */
  readonly flags: readonly CompiledFlag[];
  readonly byKey: ReadonlyMap<string, CompiledFlag>;
  /** By flag key: its dependencies in evaluation order, itself last; undefined when cyclic or missing. */
  readonly chains: ReadonlyMap<string, readonly string[] | undefined>;
  /** Stored person properties that some active flag may depend on; undefined when any might count. */
  readonly personKeys: readonly string[] | undefined;
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

/** Lays out the flags of one environment; archived and deleted ones must not be among them. */
export function compileFlagSet(
  definitions: readonly FlagDefinition[],
  options: Pick<CompileOptions, 'compileRegex'>,
): FlagSet {
  const keyById = new Map(definitions.map(({ id, key }) => [String(id), key]));
  const keys = new Set(keyById.values());
  const flagKeyOf = (idOrKey: string): string | undefined =>
    keyById.get(idOrKey) ?? (keys.has(idOrKey) ? idOrKey : undefined);
  const flags = definitions
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map((definition) => compileFlag(definition, { ...options, flagKeyOf }));
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  const chains = new Map<string, readonly string[] | undefined>();
  for (const flag of flags) findChain(flag, byKey, chains, new Set());
  const active = flags.filter(({ isActive }) => isActive);
  return {
    flags,
    byKey,
    chains,
    personKeys: personKeysOf(active),
    usesClock: active.some(usesClock),
  };
}

function personKeysOf(active: readonly CompiledFlag[]): readonly string[] | undefined {
  if (active.some((flag) => flag.usesCohorts)) return undefined;
  return [...new Set(active.flatMap((flag) => [...flag.personKeys]))];
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

function needsOthers(flag: CompiledFlag): boolean {
  return flag.dependencies.length > 0 || flag.killSwitch !== undefined;
}

/** Keys of the flags to evaluate before this one. */
function targetsOf(flag: CompiledFlag): readonly string[] {
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

/**
 * True when some flag that is asked for needs a stored person property that the request lacks. Requests
 * that bring every property are told apart by one look at the keys of the whole set.
 */
export function setNeedsStoredPerson(
  set: FlagSet,
  properties: Subject['personProperties'],
  selection: Selection = {},
): boolean {
  if (set.personKeys?.every((key) => Object.hasOwn(properties, key))) return false;
  const lacks = (key: string): boolean => {
    const flag = set.byKey.get(key);
    return flag !== undefined && needsStoredPerson(flag, properties);
  };
  return candidates(set, selection).some(
    (flag) =>
      isAsked(flag, selection) && (lacks(flag.key) || (set.chains.get(flag.key) ?? []).some(lacks)),
  );
}

/** The flags that a selection names, each once, ordered by key. */
function candidates(set: FlagSet, { keys }: Selection): readonly CompiledFlag[] {
  if (keys === undefined) return set.flags;
  const [only] = keys;
  const wanted = keys.length > 1 ? [...new Set(keys)].toSorted() : [only];
  return wanted.flatMap((key) => (key === undefined ? [] : (set.byKey.get(key) ?? [])));
}

function isAsked(flag: CompiledFlag, { isOffered, withDisabled }: Selection): boolean {
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
