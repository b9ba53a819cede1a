// Vitest's reporter of tests that passed only when they were tried again, so that none is forgotten: the run of all tests
// repeats these lines at its end.
import type { Reporter, TestCase } from 'vitest/node';

export class RetriedTests implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (!test.diagnostic()?.flaky) return;
    const [error] = test.result().errors ?? [];
    const reason = error?.message.split('\n')[0] ?? 'no reason given';
    console.log(
      `RETRIED  ${test.project.name}  ${test.module.relativeModuleId} > ${test.fullName}: ${reason}`,
    );
  }
}
