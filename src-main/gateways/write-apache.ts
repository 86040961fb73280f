import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import { AppError } from '#main/platform/app-error.ts';
import { apacheLua } from './apache-lua.ts';
import { fileOf } from './gateway-plan.ts';
import type { GatewayPlan, WriteGateway } from './gateway-plan.ts';
import { CA_FILE, COMMON_TRAPS, PLAIN_HTTP_TRAP, tokenStep } from './gateway-texts.ts';

/** Apache httpd 2.4.47 or newer with mod_lua and LuaSocket, both packages of Debian. Throws INVALID_INPUT when this server is to be
 *  asked over TLS: the script would send the token in the clear. */
export const writeApache: WriteGateway = (plan) => {
  if (plan.latchkey.scheme === 'https')
    throw new AppError('INVALID_INPUT', `latchkeyUrl: ${NO_TLS}`, [{ path: 'latchkeyUrl', message: NO_TLS }]);
  const token = `latchkey-${plan.slug}.token`;
  const script = `latchkey-${plan.slug}.lua`;
  const main = `latchkey-${plan.slug}.conf`;
  const { folder } = plan;
  return {
    files: [
      fileOf(plan, { name: main, text: siteText(plan, `${folder}/${script}`), language: 'apache' }),
      fileOf(plan, { name: script, text: apacheLua(plan, `${folder}/${token}`), language: 'lua' }),
      fileOf(plan, { name: token, text: `${TOKEN_PLACEHOLDER}\n`, language: 'text', holdsToken: true }),
    ],
    steps: [
      tokenStep(plan, token),
      `httpd reads the token as its own user: \`chown www-data ${folder}/${token}\`.`,
      `Install what the script needs: \`apt-get install lua-socket && a2enmod lua headers proxy_http${plan.upstream.scheme === 'https' ? ' ssl' : ''}\`.`,
      `Include the site: \`ln -s ${folder}/${main} /etc/apache2/sites-enabled/ && apachectl configtest && systemctl reload apache2\`.`,
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'Without AllowEncodedSlashes httpd answers 404 to %2F itself; without nocanon it rewrites the path after it was verified. Keep both lines.',
      'Each thread of httpd asks for itself and keeps one connection open: with very many threads lower MaxRequestWorkers or use nginx.',
      'mod_evasive, mod_ratelimit and Require lines run before or beside the check: what they refuse never reaches the request log here.',
      'A token that was rotated is read when a thread loads the script: reload httpd within the overlap.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

const NO_TLS = 'The script of Apache cannot ask over TLS. Give an address that begins with http://.';

function siteText(plan: GatewayPlan, scriptFile: string): string {
  const { slug, publicHost, publicPort, upstream } = plan;
  return `# Latchkey decides about every request to ${publicHost} before it goes on to the service ${slug}.
<IfDefine !LATCHKEY_PORT_${String(publicPort)}>
    Define LATCHKEY_PORT_${String(publicPort)}
    Listen ${String(publicPort)}
</IfDefine>

<VirtualHost *:${String(publicPort)}>
    ServerName ${publicHost}
    # The path goes on exactly as it was verified.
    AllowEncodedSlashes NoDecode
    MergeSlashes Off
    LuaScope thread
    LuaHookAccessChecker ${scriptFile} check
    # The body of a refusal is a problem (RFC 9457).
    Header always set Content-Type "application/problem+json" env=LATCHKEY_REFUSED

    ProxyRequests Off
    ProxyAddHeaders On
${upstream.scheme === 'https' ? TLS_TEXT : ''}    # WebSockets pass. Another tunnel would carry requests that nobody asks about.
    ProxyPass "/" "${upstream.url}/" nocanon upgrade=websocket
    <Location "/">
        Require all granted
    </Location>
</VirtualHost>
`;
}

/** Without these lines httpd takes any certificate. */
const TLS_TEXT = `    SSLProxyEngine On
    SSLProxyVerify require
    SSLProxyVerifyDepth 4
    SSLProxyCheckPeerName On
    SSLProxyCACertificateFile ${CA_FILE}
`;
