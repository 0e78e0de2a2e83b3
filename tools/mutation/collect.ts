/** What files of tests get in place of `node:test`: it notes their tests, for whoever wants to run them more than once. */

type Run = () => unknown;

export interface Collected {
  /** With the names of the groups around it. No two are the same. */
  readonly name: string;
  run(): Promise<void>;
}

/** A file or a group of tests: what runs around each test in it. */
interface Scope {
  readonly title: string;
  readonly before: Run[];
  readonly after: Run[];
}

const tests = new Map<string, Collected>();
const starts: Run[] = [];
let scopes: readonly Scope[] = [];

export function test(title: string, run: Run): void {
  const around = scopes;
  const told = [...around.slice(1).map((scope) => scope.title), title].join(" > ");
  let name = told;
  for (let copy = 2; tests.has(name); copy++) name = `${told} (${copy})`;
  tests.set(name, {
    name,
    run: async () => {
      try {
        for (const scope of around) for (const before of scope.before) await before();
        await run();
      } finally {
        for (const scope of around.toReversed()) for (const after of scope.after) await after();
      }
    },
  });
}

export function describe(title: string, body: () => void): void {
  const around = scopes;
  scopes = [...around, { title, before: [], after: [] }];
  body();
  scopes = around;
}

export function before(run: Run): void {
  starts.push(run);
}

export function beforeEach(run: Run): void {
  scopes.at(-1)?.before.push(run);
}

export function afterEach(run: Run): void {
  scopes.at(-1)?.after.push(run);
}

/** The end of all tests never comes where they run again and again; the end of the process cleans up. */
export function after(): void {}

/** The tests of a file that `load` imports, ready to run; groups are told by their names, the file is not. */
export async function collect(load: () => Promise<unknown>): Promise<readonly Collected[]> {
  const known = new Set(tests.values());
  scopes = [{ title: "", before: [], after: [] }];
  await load();
  for (const start of starts.splice(0)) await start();
  return [...tests.values()].filter((one) => !known.has(one));
}
