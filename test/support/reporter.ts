import { reporters, type MochaOptions, type Runner, type Test } from "mocha";

/** Mocha's own report, which also names each test that was run again. A real window on a busy machine may fail once; nobody shall overlook it. */
class Report extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const again: string[] = [];
    runner.on("retry", (test: Test, error: Error) =>
      again.push(`${test.fullTitle()}: ${error.message.split("\n", 1)[0]}`),
    );
    runner.once("end", () => {
      for (const line of again) console.log(`  run again: ${line}`);
    });
  }
}

// Mocha takes the class itself for the module.
export = Report;
