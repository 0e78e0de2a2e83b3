/** Arguments, results and the making of access policies from grants and statements, for repositories and the registry. */

import { boolean, document, enumeration, input, list, object, output, string } from "../define/property.ts";
import type { Scope } from "../define/resource.ts";
import type { Problem } from "../define/validator.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { buildPolicy, type PolicyInput, withScalars } from "../policy/build.ts";
import type { PolicyKind } from "../policy/language/document.ts";
import { validatePolicy } from "../policy/validate.ts";
import { problemsAmong, warnings } from "./documents.ts";

const texts = (description: string, pattern?: string, patternMessage?: string) =>
  list(string("One of them.", pattern && patternMessage ? { pattern, patternMessage } : {}), description, {
    minItems: 1,
  });

/** Whom a grant or statement is about. */
export const who = {
  accounts: texts("Account ids.", "^[0-9]{12}$", "must be an account id of 12 digits"),
  arns: texts("ARNs of roles, users or accounts."),
  organizationIds: texts(
    "Ids of organizations; everybody in them is meant.",
    "^o-[a-z0-9]{10,32}$",
    "must be the id of an organization such as o-a1b2c3d4e5",
  ),
  services: texts("Services of AWS, such as `ecs-tasks.amazonaws.com`."),
  sourceArns: texts("What the services must act for, as ARNs with `*` for any characters."),
};

export const statementMembers = {
  ...who,
  sid: string("A name for the statement."),
  everyone: boolean("Everybody in the world, unless conditions say otherwise."),
  effect: enumeration("PolicyEffect", "Default: `Allow`.", {
    Allow: "Allows the actions.",
    Deny: "Forbids the actions.",
  }),
  conditions: list(
    object("PolicyCondition", "A condition of a statement.", {
      required: {
        operator: string("Operator of IAM, such as `StringEquals`."),
        key: string("Key of IAM, such as `aws:PrincipalOrgID`."),
        values: texts("Values, of which one must fit."),
      },
    }),
    "Conditions that must all hold.",
  ),
};

export const actions = texts("Actions, such as `ecr:BatchGetImage` or `ecr:Get*`.");
export const id = input(string("A name for the document."));

export const documentResults = {
  json: output(string("The policy as compact JSON text."), { required: true }),
  prettyJson: output(string("The same, indented."), { required: true }),
  document: output(document("The same, as an object."), { required: true }),
};

/** Everything that is wrong, by the arguments' paths. */
export function policyProblems(kind: PolicyKind, args: PolicyInput): Problem[] {
  const { document, problems, placeOf } = buildPolicy(kind, args);
  if (problems.length > 0 && document.Statement.length === 0) return [...problems];
  return [...problems, ...problemsAmong(validatePolicy(kind, document), ({ path }) => placeOf(path))];
}

export function policyDocument(kind: PolicyKind, args: PolicyInput, { warn }: Scope<Gateway>) {
  const { document, placeOf } = buildPolicy(kind, args);
  warnings(validatePolicy(kind, document), ({ path }) => placeOf(path)).forEach(warn);
  const made = withScalars(document) as Record<string, unknown>;
  return { json: JSON.stringify(made), prettyJson: JSON.stringify(made, undefined, 2), document: made };
}
