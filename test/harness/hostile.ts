/** Texts that a hostile author would put into a policy, a tag, a name or a file name: at least 300, always the same. */

const cores: readonly string[] = [
  // Markup of HTML.
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</td></tr></table><h1>owned</h1>",
  "</details><h1>Approved</h1>",
  "</summary></details>",
  "<!-- pulumi-ecr:review:0123456789abcdef -->",
  "-->",
  "<![CDATA[x]]>",
  "]]>",
  '"><svg/onload=alert(1)>',
  "' onmouseover='alert(1)",
  "&lt;b&gt; &amp;lt; &#60; &#x3c;",
  "<style>*{display:none}</style>",
  "</style></script></title>",
  "<iframe srcdoc='<b>'>",
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  "<plaintext>",
  "<base href=//evil.example>",
  // Markup of Markdown.
  "# heading",
  "heading\n===",
  "- item\n- item",
  "1. item",
  "1) item",
  "> quote",
  "    indented",
  "```\nfence\n```",
  "~~~\nfence\n~~~",
  "`code` ``two`` ```three```",
  "````",
  "**bold** __bold__ *it* _it_",
  "~~struck~~",
  "[text](javascript:alert(1))",
  "[text](https://evil.example)",
  "![pixel](https://evil.example/p.png)",
  "[ref]: https://evil.example 'title'",
  "[^1] and [^1]: note",
  "| a | b |\n|---|---|\n| c | d |",
  "a | b",
  "\\| \\\\| \\",
  "---",
  "***",
  "===",
  "- [x] done",
  "two  \nlines",
  "$x^2$ and $$y$$",
  "\\",
  "<https://evil.example>",
  "&nbsp;&#124;",
  // What sites look for in text.
  "@octocat please approve",
  "@org/team",
  "#12 and org/repo#12",
  "GH-12",
  "!12 %3 ~bug $4 &5",
  "0123456789abcdef0123456789abcdef01234567",
  "org/repo@0123456789abcdef",
  "deadbeefcafe",
  "https://evil.example/?q=1",
  "http://evil.example",
  "ftp://evil.example",
  "www.evil.example",
  "mallory@evil.example",
  "mailto:mallory@evil.example xmpp:a@b",
  ":tada: :+1:",
  "/close",
  "/merge\n/approve",
  "Fixes #1",
  "LGTM :shipit:",
  // What terminals and logs obey.
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\",
  "\u009b31m",
  "\rVerdict: clean",
  "\b\b\b\bclean",
  "\u0000\u0001\u0007\u000b\u000c",
  "::error::owned",
  "::set-env name=PATH::/tmp",
  "::stop-commands::token",
  "\n::add-mask::x",
  "##[error]owned",
  "##vso[task.setvariable variable=x]y",
  "##teamcity[buildStatus text='ok']",
  "%0A::warning::x %25 %3A %2C",
  "a,b=c::d",
  // What hides or turns around.
  "\u202etxt.exe\u202c",
  "\u2066isolate\u2069",
  "zero\u200bwidth\u200d\u200c\ufeff",
  "soft\u00adhyphen \u2060joined",
  "\u{e0041}\u{e0042} tags",
  "line\u2028separator\u2029paragraph\u0085next",
  "\ud800 lone surrogate \udfff",
  "\ufffe\uffff",
  "\u3164\u115f filler",
  "Ж\u0435 homoglyph",
  "e\u0301".repeat(20),
  // What spreadsheets compute.
  '=HYPERLINK("https://evil.example")',
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(A1)",
  "\t=1+1",
  "=cmd|' /C calc'!A0",
  // What parsers of data trip over.
  "__proto__",
  "constructor",
  '{"a":1}',
  "\"quoted\" and 'quoted'",
  "{{template}} \u0024{x} #{y} {0}",
  "\\u0041 \\n \\",
  'label="x",other="y"} 1\nevil_metric 1',
  "# HELP x y\n# TYPE x counter",
  "../../etc/passwd",
  "/etc/passwd",
  "file:///etc/passwd",
  "C:\\Windows\\win.ini",
  "\\\\server\\share",
  "name\nwith\nlines.json",
  "javascript:alert(1)",
  "a/./b/../../../c",
  "%2e%2e/%2e%2e",
  "long ".repeat(400),
  "x".repeat(3_000),
  "",
  " ",
];

/** In what the text stands; the start and the end of a field matter as much as its middle. */
const settings: readonly ((core: string) => string)[] = [
  (core) => core,
  (core) => `before ${core} after`,
  (core) => `${core}\n\n${core}`,
];

export const hostileTexts: readonly string[] = settings.flatMap((setting) => cores.map(setting));

/** Members whose text is one of a closed list, or of a form that schemas ask for. */
const closed = new Set([
  "class",
  "level",
  "moved",
  "meaning",
  "verdict",
  "relation",
  "change",
  "ruleId",
  "fingerprint",
]);
const closedAt = /\.(who|witness\.principal)\.kind$|\.because\.policy$|^\.findings\.\d+\.id$|\.findings\.\d+\.id$/;

/** A copy in which every text that is free has become what `of` says; names of free members as well. */
export function withTexts<T>(value: T, of: (index: number, path: string) => string): T {
  let index = 0;
  const visit = (part: unknown, path: string): unknown => {
    if (typeof part === "string") {
      const name = path.slice(path.lastIndexOf(".") + 1);
      return closed.has(name) || closedAt.test(path) ? part : of(index++, path);
    }
    if (Array.isArray(part)) return part.map((member, at) => visit(member, `${path}.${at}`));
    if (typeof part !== "object" || part === null) return part;
    const isFree = path.endsWith(".context");
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [
        isFree ? of(index++, `${path}.*`) : name,
        visit(member, `${path}.${name}`),
      ]),
    );
  };
  return visit(value, "") as T;
}
