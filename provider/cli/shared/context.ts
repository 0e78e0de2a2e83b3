/** What is known beside the documents, from the options of a command. */

import type { Command } from "commander";
import type { AccessContext, AccountFacts } from "../../policy/access/rules/context.ts";
import { trustKind } from "../../policy/access/rules/trust.ts";
import { partitionOf, regionProblem } from "../../policy/language/partitions.ts";
import { isAccountId } from "../../policy/language/principals.ts";
import { printable } from "../../text/printable.ts";
import { isMap } from "../../text/value.ts";
import { refuse } from "./bytes.ts";
import { readValue } from "./documents.ts";
import { listed } from "./option-parsers.ts";

export interface ContextOptions {
  readonly account?: string;
  readonly region?: string;
  readonly repository?: string;
  readonly trust: readonly string[];
  readonly accounts?: string;
  readonly registryPolicy?: string;
  readonly registryScope?: "V1" | "V2";
}

export function withContext(command: Command): Command {
  return command
    .option("--account <id>", "account of the registry; it is no outsider")
    .option("--region <name>", "region of the registry")
    .option("--repository <name>", "the repository that the policy belongs to")
    .option(
      "--trust <list>",
      "trusted accounts (12 digits), organizations (o-…), organizational units (o-…/r-…/ou-…), VPCs (vpc-…) and VPC endpoints (vpce-…), whose access is not reported as external; repeatable",
      listed,
      [],
    )
    .option("--accounts <file>", 'JSON: {"111111111111": {"alias": "build", "organization": "o-…", "trusted": true}}')
    .option("--registry-policy <file>", "the registry's policy, which decides together with that of a repository")
    .option(
      "--registry-scope <scope>",
      "V2 (default): the registry's policy applies to every request; V1: to three actions",
    );
}

/** Throws for options that cannot be meant. */
export function contextOf(options: ContextOptions): AccessContext {
  const { account, region, repository, trust, registryScope } = options;
  if (account !== undefined && !isAccountId(account))
    throw new Error(`reading --account: "${account}" is no account id of 12 digits`);
  if (registryScope !== undefined && registryScope !== "V1" && registryScope !== "V2")
    throw new Error("reading --registry-scope: it is V1 or V2");
  const partition = partitionOf(region);
  const unknownRegion = region === undefined ? undefined : regionProblem(region);
  if (unknownRegion !== undefined)
    throw new Error(
      `reading --region: "${printable(region ?? "", 40)}" ${unknownRegion}; correct it, or leave --region out`,
    );
  const wrong = trust.find((name) => trustKind(name) === undefined);
  if (wrong !== undefined)
    throw new Error(
      `reading --trust: "${printable(wrong, 80)}" is not an account of 12 digits, an organization (o-…), the path of an organizational unit (o-…/r-…/ou-…), a VPC (vpc-…) or a VPC endpoint (vpce-…)`,
    );
  const { facts, trusted } = options.accounts === undefined ? { facts: {}, trusted: [] } : accountsIn(options.accounts);
  return {
    ...(account === undefined ? {} : { owner: account }),
    ...(region === undefined || partition === undefined ? {} : { region, partition }),
    ...(repository === undefined ? {} : { repository }),
    trusted: [...trust, ...trusted],
    accounts: facts,
    ...(registryScope === undefined ? {} : { registryScope }),
    ...(options.registryPolicy === undefined
      ? {}
      : { registryPolicy: readValue(options.registryPolicy, "the registry's policy") }),
  };
}

/** What is known of an account, by the names of `review.yaml`. */
const accountMembers: Readonly<Record<string, "string" | "boolean">> = {
  alias: "string",
  organization: "string",
  trusted: "boolean",
};

function accountsIn(file: string): { facts: Record<string, AccountFacts>; trusted: string[] } {
  const what = "the accounts";
  const value = readValue(file, what);
  const fail = (why: string): never => refuse(file, what, `${why}; correct it there`);
  if (!isMap(value)) return fail("it is not an object of accounts by id");
  const facts: Record<string, AccountFacts> = {};
  const trusted: string[] = [];
  for (const [account, entry] of Object.entries(value)) {
    if (!isAccountId(account)) fail(`"${printable(account, 80)}" is not an account id of 12 digits`);
    if (!isMap(entry)) return fail(`the entry of ${account} is not an object`);
    const { alias, organization, trusted: isTrusted } = entry;
    for (const [name, member] of Object.entries(entry)) {
      const type = Object.hasOwn(accountMembers, name) ? accountMembers[name] : undefined;
      const known = Object.keys(accountMembers).join(", ");
      if (type === undefined) fail(`${account} has ${printable(name, 80)}, which is not one of ${known}`);
      if (typeof member !== type) fail(`${name} of ${account} is not a ${type}`);
    }
    facts[account] = {
      ...(typeof alias === "string" ? { alias } : {}),
      ...(typeof organization === "string" ? { organization } : {}),
    };
    if (isTrusted === true) trusted.push(account);
  }
  return { facts, trusted };
}
