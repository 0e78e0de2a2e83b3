/** How a resource that belongs to one repository is identified: by the repository's name, which its ARN and its URI hold as well. */

import type { Scope } from "../define/resource.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { ProviderError } from "../text/errors.ts";
import { printable } from "../text/printable.ts";

const arn = /^arn:[a-z-]+:ecr:(?<region>[a-z0-9-]+):(?<account>\d{12}):repository\/(?<name>.+)$/;
const uri =
  /^(?:https:\/\/)?(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.[a-z0-9.-]+(?::\d+)?\/(?<name>[^@:]+)$/;

export const repositoryIdentity = {
  form: "the name, the ARN or the URI of the repository",
  format: async (_: Scope<Gateway>, { repositoryName = "" }: { repositoryName?: string | undefined }) => repositoryName,
  parse: async ({ gateway }: Scope<Gateway>, id: string) => ({ repositoryName: await nameIn(gateway, id) }),
};

/** Throws InvalidInput for a repository of another registry than that of the connection. */
async function nameIn(gateway: Gateway, id: string): Promise<string> {
  const { account, region, name } = (arn.exec(id) ?? uri.exec(id))?.groups ?? {};
  if (account === undefined || region === undefined || name === undefined) return id;
  const [wanted, found] = [`${account}/${region}`, `${await gateway.account()}/${await gateway.region()}`];
  if (wanted === found) return name;
  throw new ProviderError(
    "InvalidInput",
    `the id "${printable(id, 500)}" is of a repository in ${wanted}, and the credentials and the region of the provider lead to ${found}; use those of ${wanted}`,
  );
}
