// Generated cases are the same in every run, so that what passes here passes elsewhere. To look for more:
// `SERIN_SEED=<number>`, and a failure is repeated by the same number.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['SERIN_SEED'] ?? 20_261_130) });
