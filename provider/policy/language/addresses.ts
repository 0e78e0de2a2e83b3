/** IP addresses and CIDR ranges of both versions, as numbers. */

export interface Range {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const bits = { 4: 32, 6: 128 } as const;

/** An address or a CIDR range; undefined for other text. Host bits of a range are passed over. */
export function parseRange(text: string): Range | undefined {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const width = bits[address.version];
  const prefix = slash < 0 ? width : decimal(text.slice(slash + 1), width);
  if (prefix === undefined) return undefined;
  const size = 1n << BigInt(width - prefix);
  const first = (address.value / size) * size;
  return { version: address.version, first, last: first + size - 1n };
}

export function parseAddress(text: string): { version: 4 | 6; value: bigint } | undefined {
  const value = text.includes(":") ? parseSix(text) : parseFour(text);
  return value === undefined ? undefined : { version: text.includes(":") ? 6 : 4, value };
}

export function contains({ version, first, last }: Range, address: { version: 4 | 6; value: bigint }): boolean {
  return version === address.version && first <= address.value && address.value <= last;
}

function decimal(text: string, most: number): number | undefined {
  if (text.length === 0 || text.length > 3 || ![...text].every((digit) => digit >= "0" && digit <= "9"))
    return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split(".").map((part) => decimal(part, 255));
  if (parts.length !== 4) return undefined;
  return parts.reduce<bigint | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum * 256n + BigInt(part)),
    0n,
  );
}

function parseSix(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half, at) => {
    const written = half === "" ? [] : half.split(":");
    return written.flatMap((group, place) => groupsOf(group, at + 1 === halves.length && place + 1 === written.length));
  });
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return all.reduce<bigint | undefined>(
    (sum, group) => (sum === undefined || group === undefined ? undefined : sum * 65_536n + BigInt(group)),
    0n,
  );
}

/** Four hexadecimal digits, or an IPv4 address at the end, which is two groups. */
function groupsOf(text: string, isLast: boolean): (number | undefined)[] {
  if (isLast && text.includes(".")) {
    const four = parseFour(text);
    return four === undefined ? [undefined] : [Number(four >> 16n), Number(four & 0xffffn)];
  }
  const isHex =
    text.length >= 1 && text.length <= 4 && [...text.toLowerCase()].every((d) => "0123456789abcdef".includes(d));
  return [isHex ? Number.parseInt(text, 16) : undefined];
}

/** IPv6 without the `::` abbreviation: nobody has to read it, and it is the same for every caller. */
function formatAddress(version: 4 | 6, value: bigint): string {
  const [count, size] = version === 4 ? [4, 8n] : [8, 16n];
  const parts = Array.from(
    { length: count },
    (_, index) => (value >> (size * BigInt(count - 1 - index))) & ((1n << size) - 1n),
  );
  return version === 4 ? parts.join(".") : parts.map((part) => part.toString(16)).join(":");
}

/** Addresses between which no range begins or ends, so that one of each stretch is among them. */
export function edgesOf(ranges: readonly Range[]): string[] {
  const edges = ranges.flatMap(({ version, first, last }) => {
    const most = (1n << BigInt(bits[version])) - 1n;
    return [first, last, ...(first > 0n ? [first - 1n] : []), ...(last < most ? [last + 1n] : [])].map((value) =>
      formatAddress(version, value),
    );
  });
  return [...new Set(["192.0.2.1", "2001:db8:0:0:0:0:0:1", ...edges])];
}
