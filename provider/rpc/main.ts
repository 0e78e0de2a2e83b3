/** The plugin process: serve, print the port, end when told. Decides nothing about resources or the protocol. */

import { Console } from "node:console";
import { catalog } from "../catalog.ts";
import { version } from "../package.ts";
import { Provider } from "../provider.ts";
import { obeyedByNothing } from "../text/printable.ts";
import { engineHost } from "./engine.ts";
import { serve } from "./server.ts";

// stdout belongs to the port line; anything else there is fatal to the engine.
globalThis.console = new Console(process.stderr, process.stderr);

/** The engine shows what plugins write to standard error. */
function complain(message: string): void {
  process.stderr.write(obeyedByNothing(`pulumi-resource-ecr: ${message}\n`));
}

const host = engineHost();
const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
if (address) host.connect(address);

/** In milliseconds; watching is not needed to become ready. */
const engineWatchDelay = 1_000;

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    complain(`unexpected failure, please report it: ${text}`);
    host.log("warning", `pulumi-ecr met an unexpected failure, please report it: ${text}`, "");
  });
}

serve(new Provider(catalog, version, host), host).then(
  ({ port }) => {
    process.stdout.write(`${port}\n`);
    // An engine that is killed cannot end its plugins, and whoever starts it again must not meet them.
    setTimeout(() => host.watch(() => process.exit(1)), engineWatchDelay).unref();
  },
  (error: unknown) => {
    complain(`serving on 127.0.0.1 failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  },
);
