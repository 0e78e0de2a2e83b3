/** How commands reach a registry: the same options everywhere, and the provider itself behind them. */

import type { Command } from "commander";
import { catalog } from "../catalog.ts";
import { printable } from "../define/printable.ts";
import { valueMap } from "../define/value.ts";
import { Connection, Gateway } from "../gateway/gateway.ts";
import { version } from "../package.ts";
import { Provider } from "../provider.ts";

/** What `withConnection` makes of the command line. */
export interface ConnectionOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
}

/** Adds the options; what is not given comes from the AWS SDK's own chain and variables, as for the provider. */
export function withConnection(command: Command): Command {
  return command
    .option("--region <name>", "region of the registry; otherwise AWS_REGION or the profile's")
    .option("--profile <name>", "profile of the shared AWS configuration files; otherwise AWS_PROFILE")
    .option("--endpoint <url>", "URL of an ECR endpoint; otherwise AWS_ENDPOINT_URL_ECR");
}

/** A registry to read from. */
export interface Registry {
  readonly provider: Provider;
  /** How often a read was told to be incomplete; each time the reason has gone to stderr. */
  readonly warnings: () => number;
}

/** Nothing is sent before the first question. Throws ProviderError when an option cannot be right. */
export function connect({ region, profile, endpoint }: ConnectionOptions): Registry {
  let warnings = 0;
  const provider = new Provider(catalog, version, {
    log(severity, message) {
      if (severity === "warning") warnings++;
      note(message);
    },
    status() {},
  });
  const given = Object.entries({ region, profile, endpoint }).filter(([, value]) => value !== undefined);
  provider.configure(valueMap(given as [string, string][]));
  return { provider, warnings: () => warnings };
}

/** ECR itself, for commands that ask for more than resources; nothing is sent before the first call. */
export function gatewayFor({ region, profile, endpoint }: ConnectionOptions): Gateway {
  return new Gateway(new Connection({ region, profile, endpoint }, version), new AbortController().signal);
}

/** A line on stderr, beside the result. */
export function note(message: string): void {
  process.stderr.write(
    `pulumi-ecr: ${message
      .split("\n")
      .map((line) => printable(line, 4_000))
      .join("\n  ")}\n`,
  );
}
