/** What the registry-wide settings have in common: they are held once per account and region, and that is their id. */

import { boolean, control, enumeration } from "../define/property.ts";
import type { Scope } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { hasFault, ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";

export const adopt = control(
  boolean("Overwrite what is there, even when somebody else wrote it. Default: `false`, which refuses and shows it."),
  { default: false, takesOver: true },
);

export const onDelete = control(
  enumeration(
    "OnDelete",
    "What deleting the resource does to the registry. Must be deployed before the deletion. Default: `reset`.",
    {
      reset: "Puts AWS's default back, as long as the live setting is still this stack's.",
      retain: "Leaves the setting as it is.",
    },
    { closed: true },
  ),
  { default: "reset", retains: "retain" },
);

/** Import id `ACCOUNT` or `ACCOUNT/REGION`, both of which must be the provider's own. */
export const registryIdentity = {
  form: "the account id, or the account id and region as 123456789012/eu-central-1",
  async format({ gateway }: Scope<Gateway>, { registryId }: { registryId?: string | undefined }): Promise<string> {
    return `${registryId ?? (await gateway.account())}/${await gateway.region()}`;
  },
  async parse({ gateway }: Scope<Gateway>, id: string): Promise<Record<never, never>> {
    const [account, region, ...rest] = id.split("/");
    const [ownAccount, ownRegion] = await Promise.all([gateway.account(), gateway.region()]);
    if (!/^\d{12}$/.test(account ?? "") || rest.length > 0) {
      throw new ProviderError("InvalidInput", `the id "${printable(id)}" is not one; it is ${this.form}`);
    }
    if (account !== ownAccount || (region !== undefined && region !== ownRegion)) {
      throw new ProviderError(
        "InvalidInput",
        `the id "${printable(id)}" is of another registry; this provider works in ${ownAccount}/${ownRegion}, so use that id or a provider for the other one`,
      );
    }
    return {};
  },
};

/** There is exactly one, or none: where `look` answers false or fails with a fault of `absent`. */
export async function* listRegistry(
  scope: Scope<Gateway>,
  name: string,
  look: () => Promise<unknown>,
  absent: readonly string[] = [],
) {
  try {
    if ((await look()) === false) return;
  } catch (error) {
    if (hasFault(error, absent)) return;
    throw error;
  }
  yield { id: await registryIdentity.format(scope, {}), name };
}
