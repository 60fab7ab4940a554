// A small hash for spreading and for look-up keys; nothing that needs to be secret or free of collisions.

/** FNV-1a, 32 bit: spreads identities that differ only at the end. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
