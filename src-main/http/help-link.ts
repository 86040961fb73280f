/** The value of a `Link` header that leads whoever was refused to the place to ask (RFC 8288); null where there is none. */
export function helpLink(help: string | null): string | null {
  // What an admin typed may hold letters that no header carries: as an address it is ASCII.
  return help === null ? null : `<${new URL(help).href}>; rel="help"`;
}
