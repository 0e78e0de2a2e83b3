/**
 * A test runner for Stryker that loads the tests once and runs them again and again in the same process, each mutant only
 * with the tests that reach it: milliseconds a mutant, where a process of its own takes seconds. Files of tests run as they
 * are, because their `node:test` is tools/mutation/collect.ts. Nothing may live here that knows what is tested.
 */

import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { InstrumenterContext, StrykerOptions } from "@stryker-mutator/api/core";
import { commonTokens, declareClassPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import fc from "fast-check";
import { type Collected, collect } from "./collect.ts";

/** What mutated code and its runner tell each other. */
const shared: InstrumenterContext = {};
Object.assign(globalThis, { __stryker__: shared });

class CollectedTestRunner implements TestRunner {
  static inject = tokens(commonTokens.options);
  readonly #patterns: readonly string[];
  readonly #took = new Map<string, number>();
  #loaded: Promise<readonly Collected[]> | undefined;

  constructor(options: StrykerOptions) {
    this.#patterns = (options["suite"] as string[]) ?? [];
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<DryRunResult> {
    const tests = await this.#run(await this.#load(), false);
    return {
      status: DryRunStatus.Complete,
      tests,
      mutantCoverage: shared.mutantCoverage ?? { static: {}, perTest: {} },
    };
  }

  async mutantRun({
    activeMutant,
    mutantActivation,
    testFilter,
    hitLimit,
  }: MutantRunOptions): Promise<MutantRunResult> {
    shared.hitCount = 0;
    Object.assign(shared, { hitLimit });
    if (mutantActivation === "static") shared.activeMutant = activeMutant.id;
    const loaded = await this.#load().catch(String);
    if (typeof loaded === "string") return { status: MutantRunStatus.Error, errorMessage: loaded };
    shared.activeMutant = activeMutant.id;
    const wanted = testFilter && new Set(testFilter);
    const tests = await this.#run(wanted ? loaded.filter(({ name }) => wanted.has(name)) : loaded, true);
    return toMutantRunResult(
      determineHitLimitReached(shared.hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests },
    );
  }

  /** Runs tests one after the other, quick ones first; `bail` stops at the first that fails. */
  async #run(tests: readonly Collected[], bail: boolean): Promise<TestResult[]> {
    const results: TestResult[] = [];
    const took = ({ name }: Collected) => this.#took.get(name) ?? 0;
    for (const { name, run } of tests.toSorted((a, b) => took(a) - took(b))) {
      const started = performance.now();
      shared.currentTestId = name;
      let failure: string | undefined;
      try {
        await run();
      } catch (error) {
        failure = String(error);
      }
      const result = { id: name, name, timeSpentMs: performance.now() - started };
      this.#took.set(name, result.timeSpentMs);
      results.push(
        failure === undefined
          ? { ...result, status: TestStatus.Success }
          : { ...result, status: TestStatus.Failed, failureMessage: failure },
      );
      if (bail && failure !== undefined) break;
    }
    delete shared.currentTestId;
    return results;
  }

  /** The tests of all files. In one order and with one seed, so that a test reaches the same mutants every time. */
  #load(): Promise<readonly Collected[]> {
    this.#loaded ??= (async () => {
      const stand = pathToFileURL(resolve(import.meta.dirname, "collect.ts")).href;
      registerHooks({
        resolve: (specifier, context, next) =>
          specifier === "node:test" ? { url: stand, shortCircuit: true } : next(specifier, context),
      });
      fc.configureGlobal({ seed: Number(process.env["FUZZ_SEED"]) });
      const tests: Collected[] = [];
      for (const file of this.#patterns.flatMap((pattern) => globSync(pattern).sort()))
        tests.push(...(await collect(() => import(pathToFileURL(resolve(file)).href))));
      return tests;
    })();
    return this.#loaded;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "collected", CollectedTestRunner)];

/** The option `suite`: patterns of files of tests. Stryker's own `testFiles` would switch off what it knows of static code. */
export const strykerValidationSchema = {
  type: "object",
  properties: { suite: { type: "array", items: { type: "string" } } },
};
