/** The grammar of principals: which names AWS can know at all. */

import { nearest } from "../../text/nearest.ts";
import { printable } from "../../text/printable.ts";
import { dnsSuffixes, partitionNames } from "./partitions.ts";

/** A name of a user or role that was deleted, as AWS shows it in policies that still name it. */
export function isUniqueId(text: string): boolean {
  return (text.startsWith("AIDA") || text.startsWith("AROA")) && text.length >= 16 && /^[A-Z0-9]+$/.test(text);
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  iam: ["root", "user", "role"],
  sts: ["assumed-role", "federated-user"],
};

/** What keeps AWS from knowing this principal; undefined when nothing does. */
export function awsPrincipalProblem(text: string): string | undefined {
  if (text === "*" || isAccountId(text) || isUniqueId(text)) return undefined;
  if (!text.startsWith("arn:")) return "is neither an account id of 12 digits nor an ARN";
  const [, partition = "", service = "", region = "", account = "", ...resource] = text.split(":");
  const [kind = "", ...name] = resource.join(":").split("/");
  if (!partitionNames.includes(partition) && !partition.startsWith("aws-")) {
    const near = nearest(partition, partitionNames);
    return `has the partition "${printable(partition, 20)}", which is not known${near ? `; did you mean "${near}"?` : ""}`;
  }
  const allowed = kinds[service];
  if (!allowed || !Object.hasOwn(kinds, service)) return "must be an ARN of iam or sts";
  if (region !== "") return "must not name a region, because IAM has none";
  if (!isAccountId(account)) return "must name an account of 12 digits";
  if (!allowed.includes(kind)) {
    return service === "iam" ? "must end in root, user/… or role/…" : "must end in assumed-role/… or federated-user/…";
  }
  if (kind === "root") return name.length > 0 ? "must end after root" : undefined;
  if (name.join("/") === "") return "must name one";
  return name.join("/").includes("*")
    ? "must not hold a wildcard; use * with a condition on aws:PrincipalArn"
    : undefined;
}

/** What keeps AWS from knowing this service; undefined when nothing does. */
export function servicePrincipalProblem(text: string): string | undefined {
  const isName = text.includes(".") && !text.includes("*") && !text.includes(":");
  return isName ? undefined : "is not a service, which looks like lambda.amazonaws.com";
}

/** `lambda.amazonaws.com` for `lambda.amazonaws.co`; undefined for what may well be a service. */
export function nearestService(text: string): string | undefined {
  if (dnsSuffixes.some((suffix) => text.endsWith(`.${suffix}`))) return undefined;
  const [service = "", ...rest] = text.split(".");
  const near = nearest(rest.join("."), dnsSuffixes);
  return near && `${service}.${near}`;
}

export function isAccountId(text: string): boolean {
  return text.length === 12 && twelveDigits.test(text);
}

const twelveDigits = /^[0-9]{12}$/;

const withRolesOnly = ["ecs-tasks", "ec2", "pods.eks"];

/**
 * Whether a service principal occurs in the trust policies of roles only: tasks, instances and pods call ECR with the credentials
 * of a role, never as the service, so that a statement for the service has no effect.
 */
export function assumesRoles(service: string): boolean {
  return withRolesOnly.some((name) => service === `${name}.amazonaws.com` || service === `${name}.amazonaws.com.cn`);
}

/** The account of an id or ARN of a principal; undefined where there is none, as in the id of a deleted one. */
export function accountOf(name: string): string | undefined {
  if (isAccountId(name)) return name;
  const [arn, , service, , account = ""] = name.split(":");
  return arn === "arn" && (service === "iam" || service === "sts") && isAccountId(account) ? account : undefined;
}
