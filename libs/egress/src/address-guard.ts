import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** IPv6 addresses are handed out for the public Internet from this block alone (RFC 4291 section 2.4, IANA registry). */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Tells whether an address belongs to the public Internet. Anything else is refused: private, loopback, link-local
 * (where cloud metadata lives), shared (RFC 6598), reserved, multicast, 0.0.0.0/8, and every IPv6 form that carries an
 * IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo), because such a form reaches a place that its own
 * text does not show.
 * @param text an IP address as the resolver or the URL parser writes it; a zone id or any other text is not public
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0 || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(publicIpv6);
}
