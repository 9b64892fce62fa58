import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { BlockList, isIP } from "node:net";
import { BotError } from "../domain/errors.ts";

/** IPv4 ranges that are not the public internet (IANA special-purpose address registry). */
const ipv4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/** Likewise for IPv6. Tunnels (Teredo, 6to4) can lead to any IPv4 address. */
const ipv6 = [
  "::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "fc00::/7",
  "fe80::/9",
  "ff00::/8",
];

/** IPv6 forms that carry an IPv4 address: mapped, and NAT64. */
const carriers = ["::ffff:", "64:ff9b::"];

const refused = new BlockList();
for (const range of ipv4) {
  const [net = "", bits] = range.split("/");
  refused.addSubnet(net, Number(bits), "ipv4");
  for (const carrier of carriers) refused.addSubnet(`${carrier}${net}`, 96 + Number(bits), "ipv6");
}
for (const range of ipv6) {
  const [net = "", bits] = range.split("/");
  refused.addSubnet(net, Number(bits), "ipv6");
}

/**
 * Tells whether an address is not on the public internet: loopback, private, link-local, shared, reserved,
 * multicast, also when written as an IPv6 address that carries an IPv4 one.
 *
 * @param address an IP address, with or without brackets and zone. What is none counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(bare);
  if (family === 0) return true;
  return refused.check(bare, family === 4 ? "ipv4" : "ipv6");
}

/** @returns whether a URL's host is an IP address rather than a name. */
export function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * `dns.lookup` that gives public addresses only. It is asked at connect time, so that a name cannot
 * resolve to another address between the check and the connection.
 */
export function publicLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const open = addresses.filter(({ address }) => !isPrivateAddress(address));
    const first = open[0];
    if (first === undefined) return callback(privateAddress(hostname), []);
    if (options.all === true) return callback(null, open);
    return callback(null, first.address, first.family);
  });
}

/** The error for a host that is, or resolves to, a private address. */
export function privateAddress(hostname: string): BotError {
  return new BotError(
    "http.private_address",
    `${hostname} is a private address. Only a base URL that the operator set may be private.`,
  );
}
