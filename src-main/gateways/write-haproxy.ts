import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import { clientHeaders } from './gateway-headers.ts';
import { fileOf, hostAndPort, isName } from './gateway-plan.ts';
import type { Address, GatewayPlan, WriteGateway } from './gateway-plan.ts';
import { COMMON_TRAPS, PLAIN_HTTP_TRAP, tokenStep } from './gateway-texts.ts';
import { haproxyLua } from './haproxy-lua.ts';

/** HAProxy 2.6 or newer, built with Lua as Debian's is. */
export const writeHaproxy: WriteGateway = (plan) => {
  const token = `latchkey-${plan.slug}.token`;
  const script = `latchkey-${plan.slug}.lua`;
  const main = `latchkey-${plan.slug}.cfg`;
  const { folder } = plan;
  return {
    files: [
      fileOf(plan, { name: main, text: configText(plan, `${folder}/${script}`), language: 'haproxy' }),
      fileOf(plan, { name: script, text: haproxyLua(plan, `${folder}/${token}`), language: 'lua' }),
      fileOf(plan, { name: token, text: `${TOKEN_PLACEHOLDER}\n`, language: 'text', holdsToken: true }),
    ],
    steps: [
      tokenStep(plan, token),
      `Load the configuration beside your own: in /etc/default/haproxy \`EXTRAOPTS="-f ${folder}/${main}"\`.`,
      `Check and load it: \`haproxy -c -f ${folder}/haproxy.cfg -f ${folder}/${main} && systemctl restart haproxy\`.`,
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'http-request rules above the Lua action run first: what they refuse or rewrite is not what is verified and logged.',
      'The script needs HAProxy 2.6 with Lua: `haproxy -vv | grep -i lua`.',
      'A token that was rotated is read when HAProxy starts: restart it within the overlap.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

/** Which server is wanted; an address is no name that TLS can ask for. */
function nameText({ host }: Address): string {
  return isName(host) ? ` sni str(${host}) verifyhost ${host}` : '';
}

function configText(plan: GatewayPlan, scriptFile: string): string {
  const { slug, publicHost, publicPort, upstream } = plan;
  const name = slug.replaceAll('-', '_');
  const tls =
    upstream.scheme === 'https' ? ` ssl verify required ca-file @system-ca${nameText(upstream)}` : '';
  const told = clientHeaders(plan).map((header) => {
    const variable = `txn.latchkey_${header.toLowerCase().replaceAll('-', '_')}`;
    return `    http-after-response set-header ${header} %[var(${variable})] if { var(${variable}) -m found }`;
  });
  return `# Latchkey decides about every request to ${publicHost} before it goes on to the service ${slug}.
global
    lua-load-per-thread ${scriptFile}

frontend latchkey_${name}
    mode http
    bind :${String(publicPort)}
    timeout client 30s
    timeout http-request 10s
    timeout http-keep-alive 30s
    acl is_${name} req.hdr(host),field(1,:) -i ${publicHost}
    http-request deny status 421 unless is_${name}
    # What is verified is what goes on: path and query, also where a client wrote a whole URL.
    http-request deny status 400 unless { pathq -m beg / }
    http-request set-uri %[pathq]
    # A tunnel that is no WebSocket would carry requests that nobody asks about.
    http-request del-header upgrade unless { req.hdr(upgrade) -i websocket }
    option forwardfor
    http-request set-header X-Forwarded-Proto http unless { ssl_fc }
    http-request lua.latchkey_${name}
${told.join('\n')}
    default_backend service_${name}

backend service_${name}
    mode http
    timeout connect 5s
    timeout server 60s
    timeout tunnel 1h
    server upstream ${hostAndPort(upstream)}${tls}
`;
}
