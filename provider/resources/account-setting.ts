/** `ecr:index:AccountSetting`: one named setting of the account in a region. */

import { enumeration, input, string } from "../define/property.ts";
import { defineResource, type Objection } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { unknownWord } from "../text/nearest.ts";
import { isUnknown } from "../text/value.ts";

/** The value that each setting starts with, and those that it takes. That blobs are not mounted at first is not published. */
const settings: Readonly<Record<string, { usual: string; values: readonly string[] }>> = {
  BASIC_SCAN_TYPE_VERSION: { usual: "AWS_NATIVE", values: ["AWS_NATIVE"] },
  REGISTRY_POLICY_SCOPE: { usual: "V2", values: ["V2"] },
  BLOB_MOUNTING: { usual: "DISABLED", values: ["ENABLED", "DISABLED"] },
};

function check({ name, value }: { name?: string | undefined; value?: string | undefined }): Objection[] {
  if (name === undefined || isUnknown(name) || isUnknown(value)) return [];
  const values = Object.hasOwn(settings, name) ? (settings[name]?.values ?? []) : [];
  if (values.length === 0 || values.includes(value ?? "")) return [];
  const { level, message } = unknownWord(value ?? "", values);
  return level === "error"
    ? [{ path: ["value"], message, source: "ECR API reference: PutAccountSetting" }]
    : [{ path: ["value"], message, level }];
}

export const accountSetting = defineResource<Gateway>()({
  name: "AccountSetting",
  description:
    "One named setting of the account in a region. Such a setting always has a value: creating sets it, and deleting changes nothing, because AWS has no way to take it back. `AccountSetting.get` with the id `REGISTRY_POLICY_SCOPE` tells what a registry policy means: under `V1` only three of its actions count, under `V2` every ECR action.",
  properties: {
    name: input(
      enumeration("AccountSettingName", "Which setting. Changing it replaces the resource.", {
        BASIC_SCAN_TYPE_VERSION: "The scanner of basic scanning: `AWS_NATIVE`.",
        REGISTRY_POLICY_SCOPE: "Which requests the registry policy governs: `V2`, all of them.",
        BLOB_MOUNTING: "Whether repositories share layers that they have in common: `ENABLED` or `DISABLED`.",
      }),
      { required: true, identity: true, replaces: true },
    ),
    value: input(string("Its value.", { minLength: 1 }), { required: true }),
  },
  aspects: [
    {
      name: "account setting",
      sets: ["value"],
      permissions: { observe: ["ecr:GetAccountSetting"], put: ["ecr:PutAccountSetting"] },
      async observe({ gateway }, { name }) {
        const { value } = await gateway.call("GetAccountSetting", { name });
        return { value };
      },
      async put({ gateway }, { name, value }) {
        await gateway.call("PutAccountSetting", { name, value });
        return undefined;
      },
    },
  ],
  endpoints: {
    absent: [],
    permissions: { remove: [], list: ["ecr:GetAccountSetting"] },
    check,
    identify: {
      form: "the name of the setting",
      format: async (_, { name }) => name,
      parse: async (_, name) => ({ name }),
    },
    async remove({ warn }, { name, value }) {
      warn(
        `the account setting ${name} stays as it is (recorded as ${value}): AWS cannot take it back; put another value to change it`,
      );
    },
    async *list({ gateway }) {
      for (const [name, { usual }] of Object.entries(settings)) {
        const { value } = await gateway.call("GetAccountSetting", { name });
        if (value !== undefined && value !== usual) yield { id: name, name };
      }
    },
  },
});
