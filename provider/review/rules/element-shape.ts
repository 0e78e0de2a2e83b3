import { defineRule, kindsOf } from "../rule/rule.ts";

export const elementShape = defineRule({
  id: "ECR-A2",
  title: "Element that AWS rejects",
  kinds: kindsOf("ECR-A2"),
  about:
    "Unknown elements, wrong types, both or neither of Action and NotAction or of Principal and NotPrincipal, the spelling and letter case of Effect. Of programs in YAML: properties that a resource of this package does not have.",
  fix: "Write the element as the message says.",
  others:
    "IAM Access Analyzer, cfn-lint and parliament have it. Their schema of ECR policies accepts elements that ECR refuses.",
});
