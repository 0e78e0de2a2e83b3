/**
 * Each resource with the credentials of another account, and in another region, where a resource of the same name exists: refresh, up
 * and destroy are refused with both places in the message, nothing is written, and nothing is forgotten.
 */

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Emulator, startEmulator } from "../emulator/http/server.ts";
import type { ForeignWrite } from "../emulator/service/registries.ts";
import { catalog } from "../provider/catalog.ts";
import { type Plugin, startPlugin } from "./harness/client.ts";
import { Session, wire } from "./harness/session.ts";
import { type Layouts, writeFiles } from "./images/layouts.ts";

interface Scenario {
  readonly type: string;
  readonly clock?: string;
  readonly config?: object;
  readonly environment?: object;
  readonly given?: readonly ForeignWrite[];
  readonly steps: readonly Step[];
}

interface Step {
  readonly up?: object;
  readonly files?: Layouts;
  readonly replaces?: readonly string[];
  readonly fails?: unknown;
  readonly incomplete?: unknown;
  readonly faults?: unknown;
  readonly settings?: unknown;
}

const folder = join(import.meta.dirname, "cases/scenarios");
const scenarios = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario[],
);

const elsewhere = {
  "another account": { account: "111111111111", region: "us-east-1" },
  "another region": { account: "123456789012", region: "eu-west-1" },
};

let emulator: Emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

const isPlain = ({ fails, incomplete, faults, settings }: Step) =>
  [fails, incomplete, faults, settings].every((part) => part === undefined);

/** The first scenario of the type that starts by creating it, and what else a later step declares without a replacement. */
function exampleOf(type: string) {
  const own = scenarios.filter(
    ({ type: name, steps, config, environment, clock }) =>
      name === type && steps[0]?.up && isPlain(steps[0]) && !config && !environment && !clock,
  );
  const changing = (scenario: Scenario) =>
    scenario.steps
      .slice(1)
      .find((step) => step.up && isPlain(step) && !step.replaces && !step.files && differ(step, scenario));
  const scenario = own.find(changing) ?? own[0];
  assert.ok(scenario, `${type} has no scenario that starts with an ordinary up`);
  return { given: scenario.given ?? [], first: scenario.steps[0] as Step, second: changing(scenario) };
}

const differ = ({ up }: Step, { steps }: Scenario) => JSON.stringify(up) !== JSON.stringify(steps[0]?.up);

/** Calls that AWS has carried out. */
const writes = () =>
  emulator
    .journal()
    .filter(
      ({ operation, error }) => error === undefined && !/^(BatchCheck|BatchGet|Describe|Get|List)/.test(operation),
    );

async function isUpdate(session: Session, inputs: ReturnType<typeof wire>): Promise<boolean> {
  const { changes, replaces } = await session.diff(await session.check(inputs));
  const isOne = replaces.length === 0 && Object.keys(changes).length > 0;
  if (isOne) updated.add(session.type);
  return isOne;
}

const updated = new Set<string>();

for (const { name: type } of catalog.resources) {
  describe(type, () => {
    for (const [what, { account, region }] of Object.entries(elsewhere)) {
      test(`${what}: refresh, up and destroy are refused with both places, and nothing is written`, async () => {
        emulator.reset();
        const files = mkdtempSync(join(tmpdir(), "ecr-elsewhere-"));
        const { given, first, second } = exampleOf(type);
        const declared = ({ up }: Step, place = "us-east-1:123456789012") =>
          wire(
            JSON.parse(
              JSON.stringify(up).replaceAll("$FILES", files).replaceAll("ecr:us-east-1:123456789012", `ecr:${place}`),
            ) as object,
          );
        writeFiles(files, first.files ?? {});
        /** The SDK keeps the credentials and the region that it finds at the first call. */
        const open = (accessKey: string, place: string) => {
          Object.assign(process.env, {
            AWS_ACCESS_KEY_ID: accessKey,
            AWS_SECRET_ACCESS_KEY: "test",
            AWS_REGION: place,
          });
          return startPlugin(wire({ endpoint: emulator.url, maxRetries: 0 }));
        };
        const opened: Plugin[] = [];
        try {
          const states: (typeof Session.prototype.state)[] = [];
          for (const place of [
            { account: "123456789012", region: "us-east-1" },
            { account, region },
          ]) {
            const plugin = await open(place.account, place.region);
            opened.push(plugin);
            const of = `${place.region}:${place.account}`;
            for (const write of JSON.parse(
              JSON.stringify(given).replaceAll("us-east-1:123456789012", of),
            ) as ForeignWrite[])
              emulator.asForeigner({ ...write, ...place });
            const session = new Session(plugin, type, "res");
            await session.up(declared(first, of));
            states.push(session.state);
          }
          const other = opened[1] as Plugin;
          await other.begin();
          const before = JSON.stringify(emulator.state());
          emulator.clearJournal();
          const session = new Session(other, type, "res");
          const refused = async (work: () => Promise<unknown>) => {
            session.state = states[0];
            const error = await work().then(
              () => assert.fail("it must be refused"),
              (failure: Error & { details?: string }) => failure.details ?? failure.message,
            );
            assert.match(error, new RegExp(`is recorded in 123456789012/us-east-1, .* lead to ${account}/${region}, `));
            assert.deepEqual(session.state, states[0]);
          };
          await refused(() => session.refresh());
          if (second && (await isUpdate(session, declared(second)))) await refused(() => session.up(declared(second)));
          await refused(() => session.destroy());
          assert.deepEqual(writes(), []);
          assert.equal(JSON.stringify(emulator.state()), before);
        } finally {
          for (const plugin of opened) await plugin.close();
          rmSync(files, { recursive: true });
        }
      });
    }
  });
}

test("an update was among the cases of most resources", () => {
  assert.ok(updated.size >= 7, [...updated].join());
});
