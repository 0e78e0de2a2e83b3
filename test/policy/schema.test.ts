/** Access policies: editors, validator and what the typed builders make know the same grammar. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { buildPolicy } from "../../provider/policy/build.ts";
import { accesses, serviceGrants } from "../../provider/policy/grant-kinds.ts";
import { actionTable } from "../../provider/policy/language/action-table.ts";
import { validatePolicy } from "../../provider/policy/validate.ts";
import iam from "../../schema/iam-policy.schema.json" with { type: "json" };
import registry from "../../schema/registry-policy.schema.json" with { type: "json" };
import repository from "../../schema/repository-policy.schema.json" with { type: "json" };

type Kind = "repository" | "registry";

// As an editor has them: without what the validator of the provider makes of them.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, keywords: ["patternMessage"] }).addSchema(iam);
const editors = { repository: ajv.compile(repository), registry: ajv.compile(registry) };

describe("editors' schemas of access policies", () => {
  const cases = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "cases", "policy", "validate.json"), "utf8"),
  ) as { name: string; kind?: Kind; policy: unknown; findings: string[] }[];

  test("take what the validator takes, and refuse what it refuses by its shape", () => {
    let [taken, refused] = [0, 0];
    for (const { name, kind = "repository", policy } of cases) {
      if (typeof policy !== "object") continue;
      const errors = validatePolicy(kind, policy).filter(({ level }) => level === "error");
      const isTaken = editors[kind](policy);
      if (errors.length === 0) assert.ok(isTaken, `${name}: ${JSON.stringify(editors[kind].errors)}`);
      if (errors.some(({ ruleId }) => ruleId === "ECR-A2")) assert.ok(!isTaken, name);
      if (isTaken) taken++;
      else refused++;
    }
    assert.ok(taken > 20 && refused > 5, `${taken} taken, ${refused} refused`);
  });

  test("name every element that a statement can have, as the validator does", () => {
    const one = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
    const values: Record<string, unknown> = {
      ...{ Sid: "a", Effect: "Deny", Condition: {}, Resource: "*", NotResource: "*" },
      ...{ Principal: "*", NotPrincipal: { AWS: "111111111111" }, Action: "ecr:*", NotAction: "ecr:PutImage" },
    };
    assert.deepEqual(Object.keys(iam.$defs.statement.properties).sort(), Object.keys(values).sort());
    for (const [element, value] of Object.entries(values)) {
      const { Principal, Action, ...rest } = one;
      const statement = {
        ...rest,
        ...(element.endsWith("Principal") ? {} : { Principal }),
        ...(element.endsWith("Action") ? {} : { Action }),
        ...(element === "NotResource" ? {} : { Resource: "*" }),
        [element]: value,
      };
      const policy = { Version: "2012-10-17", Statement: [statement] };
      assert.ok(editors.registry(policy), `${element}: ${JSON.stringify(editors.registry.errors)}`);
      const errors = validatePolicy("registry", policy).filter(({ level }) => level === "error");
      assert.deepEqual(errors, [], element);
    }
  });

  test("take what the builders make of every grant and every action", () => {
    for (const kind of ["repository", "registry"] as const) {
      const who = { ...(kind === "registry" ? { resources: ["*"] } : {}) };
      const grants = [
        ...Object.keys(accesses[kind]).map((access) => ({ ...who, access, accounts: ["111111111111"] })),
        ...(kind === "repository"
          ? Object.keys(serviceGrants).map((access) => ({ access, accounts: ["111111111111"] }))
          : []),
      ];
      const statements = actionTable.map(({ name }) => ({
        ...{ ...who, accounts: ["111111111111"], actions: [`ecr:${name}`] },
        conditions: [{ operator: "StringEquals", key: "aws:PrincipalTag/team", values: ["a"] }],
      }));
      for (const input of [...grants.map((grant) => ({ grants: [grant] })), { statements }]) {
        const { document } = buildPolicy(kind, input);
        assert.ok(editors[kind](document), JSON.stringify([input, editors[kind].errors]));
      }
    }
  });
});
