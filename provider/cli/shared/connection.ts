/**
 * How commands reach a registry: the same options everywhere, and the provider itself behind them.
 *
 * Lives here: what several commands share: connections, files and documents, times, options of output.
 * May not live here: what only one command needs (`commands/`), what is of use without a command line (the layers below).
 */

import type { Command } from "commander";
import { catalog } from "../../catalog.ts";
import { parseConfiguration } from "../../config.ts";
import { Connection, Gateway } from "../../gateway/gateway.ts";
import type { ConnectionSettings } from "../../gateway/settings.ts";
import { version } from "../../package.ts";
import { Provider } from "../../provider.ts";
import { ProviderError } from "../../text/errors.ts";
import { formatPath } from "../../text/path.ts";
import { type ValueMap, valueMap } from "../../text/value.ts";
import { note } from "./streams.ts";

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
export function connect(options: ConnectionOptions): Registry {
  let warnings = 0;
  const provider = new Provider(catalog, version, {
    log(severity, message) {
      if (severity === "warning") warnings++;
      note(message);
    },
    status() {},
  });
  provider.configure(checked(options).values);
  return { provider, warnings: () => warnings };
}

/**
 * ECR itself, for commands that ask for more than resources; nothing is sent before the first call. Throws ProviderError
 * when an option cannot be right.
 */
export function gatewayFor(options: ConnectionOptions): Gateway {
  return new Gateway(new Connection(checked(options).connection, version), new AbortController().signal);
}

/** The options as configuration of the provider, judged by its rules and called by their own names. */
function checked({ region, profile, endpoint }: ConnectionOptions): {
  values: ValueMap;
  connection: ConnectionSettings;
} {
  const given = Object.entries({ region, profile, endpoint }).filter(([, value]) => value !== undefined);
  const values = valueMap(given as [string, string][]);
  const { configuration, problems } = parseConfiguration(values);
  if (problems.length === 0) return { values, connection: configuration.connection };
  const reasons = problems.map(({ path, message }) => `--${formatPath(path)} ${message}`).join("; ");
  throw new ProviderError("InvalidInput", `connecting to ECR: ${reasons}; correct the option and run again`);
}
