/** Counts of a vitest JSON report: { passed, failed, skipped }. A file that could not be loaded, an error outside any
 *  test and a missing report each count as one failure. */
export function vitestCounts(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The files of a vitest JSON report in which something failed; empty without a report. */
export function failedFiles(report) {
  return (report?.testResults ?? []).filter((file) => file.status === 'failed').map((file) => file.name);
}

/** "file › name of the test: first line of what went wrong" of each failure of a vitest JSON report. */
export function failedTests(report) {
  return (report?.testResults ?? [])
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const failed = file.assertionResults.filter((test) => test.status === 'failed');
      if (failed.length === 0) return [`${file.name}: ${firstLine(file.message)}`];
      return failed.map(
        (test) => `${file.name} › ${test.fullName}: ${firstLine(test.failureMessages.join('\n'))}`,
      );
    });
}

/** Names of the tests of a Playwright JSON report: { failed, unsteady }; unsteady ones passed at a second try. */
export function playwrightTests(report) {
  const found = { failed: [], unsteady: [] };
  const walk = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const name = `${spec.file} › ${spec.title} [${test.projectName}]`;
        if (test.status === 'unexpected') found.failed.push(name);
        if (test.status === 'flaky') found.unsteady.push(name);
      }
    }
    for (const inner of suite.suites ?? []) walk(inner);
  };
  for (const suite of report?.suites ?? []) walk(suite);
  for (const error of report?.errors ?? []) found.failed.push(firstLine(error.message ?? ''));
  return found;
}

function firstLine(text) {
  return (text ?? '').split('\n', 1)[0] ?? '';
}

/** Counts of a Playwright JSON report: { passed, failed, skipped }. A test that passed at a second try passed. */
export function playwrightCounts(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  const failed = unexpected + report.errors.length;
  return { passed: expected + flaky, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}
