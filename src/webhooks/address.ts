// Whether an IP address is one of the public internet. Pure. Source: the IANA special-purpose address registries.

/** First octets and prefix lengths of what is not public in IPv4. */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

export function isPublicV4(address: string): boolean {
  const number = numberOf(address);
  if (number === undefined) return false;
  return !PRIVATE_V4.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(number / size) === Math.floor((numberOf(network) ?? 0) / size);
  });
}

/** Global unicast only (2000::/3), and of that nothing that carries an IPv4 address or is set aside. */
export function isPublicV6(address: string): boolean {
  const groups = groupsOf(address);
  if (groups === undefined) return false;
  const [first = 0, second = 0] = groups;
  if (first < 0x2000 || first > 0x3fff) return false;
  // 2001::/23 protocol assignments (Teredo and others), 2001:db8::/32, 2002::/16 (6to4), 3fff::/20 documentation.
  const isSetAside =
    (first === 0x2001 && (second < 0x200 || second === 0xdb8)) ||
    first === 0x2002 ||
    (first === 0x3fff && second < 0x1000);
  return !isSetAside;
}

export const isPublicAddress = (address: string): boolean =>
  address.includes(":") ? isPublicV6(address) : isPublicV4(address);

function numberOf(address: string): number | undefined {
  const parts = address.split(".").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function groupsOf(address: string): number[] | undefined {
  const [head = "", tail, ...more] = address.toLowerCase().split("::");
  if (more.length > 0 || /[^0-9a-f:.]/.test(address.toLowerCase())) return undefined;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  return [...left, ...Array<string>(Math.max(0, missing)).fill("0"), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
}
