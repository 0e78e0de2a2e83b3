/** Texts that a CI or a terminal obeys when they arrive in its log as they are, and a judge by the grammars of those who obey. */

import assert from "node:assert/strict";
import { isInvisible } from "../../provider/text/printable.ts";
import type { Said } from "./in-process.ts";

export const marks: Readonly<Record<string, string>> = {
  "a command of GitHub": "::error file=a,line=1::owned",
  "a command of GitHub after spaces": "  \u00a0\u3000::stop-commands::owned",
  "an older command of GitHub": "x ##[add-path]owned",
  "a command of Azure": "##vso[task.setvariable variable=a]owned",
  "a command of Azure in pieces": "#\u001b[31m##vso[task.complete]owned",
  "a message of TeamCity": "###teamcity[buildStop comment='owned']",
  "a section of GitLab": "section_start:1700000000:owned[collapsed=true]\r\u001b[0Kowned",
  "a group of Buildkite": "--- owned",
  "an open group of Buildkite": "^^^ +++ owned",
  "a line of its own": "owned\n::add-mask::owned",
  "a line after a carriage return": "owned\r::set-output name=a::owned",
  "a line of Windows": "owned\r\n##[group]owned",
  "a line of Unicode": "owned\u2028::warning::owned\u0085::error::owned",
  "a color and a title": "\u001b[8mowned\u001b]0;owned\u0007\u001b[2J",
  "a C1 sequence": "\u009b31mowned",
  "letters from right to left": "\u202eowned\u2066",
};

const section = new RegExp(String.raw`section_(start|end):\d+:[\w.-]+(\[.*\])?\r${"\u001b"}\[0K`);

/** Whoever obeys, by its own grammar; a line ends at any of the three breaks. */
export function judge({ stdout, stderr }: Pick<Said, "stdout" | "stderr">, isAnnotations = false): void {
  for (const text of [stdout, stderr]) {
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      assert.ok(code === 0x0a || code === 0x2060 || !isInvisible(code), `U+${code.toString(16)}`);
    }
    assert.doesNotMatch(text, section);
    for (const line of text.split(/\r\n|\r|\n|\u0085|\u2028|\u2029/)) {
      if (!isAnnotations) assert.doesNotMatch(line, /^\s*::/);
      assert.doesNotMatch(line, /##\w*\[/);
      assert.doesNotMatch(line, /^(---|\+\+\+|~~~|\^\^\^) /);
    }
  }
}

/** A repository policy with the text wherever a text of its author is. */
export function policy(text: string): string {
  const Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", text];
  const Condition = { StringEquals: { [`aws:PrincipalTag/${text}`]: text } };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: text, Effect: "Allow", Principal: { AWS: ["*", text] }, Action, Condition }],
  });
}
