/**
 * The yardstick for `drift`: the same calls with the AWS SDK alone, eight at once, in a process of its own. Arguments: the
 * endpoint, the prefix of the repositories, and how many there are.
 */

import { enableCompileCache } from "node:module";
import * as sdk from "@aws-sdk/client-ecr";

// As the command does it.
enableCompileCache();

async function main(): Promise<void> {
  const [endpoint = "", prefix = "", count = "0"] = process.argv.slice(2);
  const ecr = new sdk.ECRClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecr.send(new sdk.DescribeRepositoriesCommand({ maxResults: 1_000, nextToken }));
    for (const { repositoryName = "" } of page.repositories ?? []) names.push(repositoryName);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (names.length !== Number(count)) throw new Error(`there are ${names.length} repositories and not ${count}`);

  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let repositoryName = names[next++]; repositoryName !== undefined; repositoryName = names[next++]) {
        if (!repositoryName.startsWith(prefix)) continue;
        const resourceArn = `arn:aws:ecr:us-east-1:123456789012:repository/${repositoryName}`;
        await ecr.send(new sdk.ListTagsForResourceCommand({ resourceArn }));
        await ecr.send(new sdk.GetRepositoryPolicyCommand({ repositoryName }));
        await ecr.send(new sdk.GetLifecyclePolicyCommand({ repositoryName }));
      }
    }),
  );
}

void main();
