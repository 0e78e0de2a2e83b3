import { defineRule, kindsOf } from "../rule/rule.ts";

export const jsonSyntax = defineRule({
  id: "ECR-A1",
  title: "Text is not JSON",
  kinds: kindsOf("ECR-A1"),
  about:
    "Syntax, repeated keys, a byte order mark, text after the end, half of a surrogate pair, nesting that no policy has.",
  fix: "Correct the text at the place that is named.",
  others:
    "IAM Access Analyzer has JSON_SYNTAX_ERROR and DUPLICATE_KEYS_WITH_DIFFERENT_CASE, live. Here all problems of a document are named at once, offline.",
});
