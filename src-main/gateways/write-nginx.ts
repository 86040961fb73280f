import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import { clientHeaders, passedHeaders, REFUSAL_HEADERS, REMOVED_HEADERS } from './gateway-headers.ts';
import { fileOf, hostAndPort, optionsText } from './gateway-plan.ts';
import type { Address, GatewayPlan, WriteGateway } from './gateway-plan.ts';
import { CA_FILE, COMMON_TRAPS, PLAIN_HTTP_TRAP, tokenStep, UNREACHABLE_PROBLEM } from './gateway-texts.ts';

/** Statuses that nginx cannot pass on from auth_request and that come in X-Latchkey-Status. */
const TRANSLATED_STATUSES = [400, 401, 429, 500, 503];

/** nginx with auth_request, for the http block. */
export const writeNginx: WriteGateway = (plan) => {
  const token = `latchkey-${plan.slug}-token.conf`;
  const main = `latchkey-${plan.slug}.conf`;
  const { folder } = plan;
  return {
    files: [
      fileOf(plan, { name: main, text: serverText(plan, `${folder}/${token}`), language: 'nginx' }),
      fileOf(plan, {
        name: token,
        text: `proxy_set_header X-Latchkey-Service "${TOKEN_PLACEHOLDER}";\n`,
        language: 'nginx',
        holdsToken: true,
      }),
    ],
    steps: [
      tokenStep(plan, token),
      `Include the first file in the http block: \`include ${folder}/${main};\`, or link it into ${folder}/conf.d/.`,
      'Check and load it: `nginx -t && systemctl reload nginx`.',
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'nginx turns every answer of auth_request but 2xx, 401 and 403 into 500. The real status comes in X-Latchkey-Status and is restored by error_page: keep those lines together. Clients that see 500 instead of 429 miss them.',
      'Bodies of more than 1 MB are refused by nginx itself, with 413 and without asking, unless client_max_body_size says another size.',
      'limit_req, limit_conn, allow and deny run before auth_request: what they refuse never reaches the request log here.',
      'A location of its own with another auth_request, or with `auth_request off`, is not protected by this file.',
      'add_header lines of a location replace those of the levels above it.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

function serverText(plan: GatewayPlan, tokenFile: string): string {
  const { slug, publicHost, publicPort, upstream } = plan;
  const name = slug.replaceAll('-', '_');
  return `# Latchkey decides about every request to ${publicHost} before it goes on to the service ${slug}.
upstream latchkey_${name} {
    server ${hostAndPort(plan.latchkey)};
    # Shorter than the 5 s after which Latchkey closes an idle connection.
    keepalive 64;
    keepalive_timeout 4s;
}

upstream service_${name} {
    server ${hostAndPort(upstream)};
    keepalive 64;
}

# nginx takes over the challenge of a 401 by itself; a second one beside it would be read as another scheme.
map $latchkey_x_latchkey_status $latchkey_challenge_${name} {
    401 "";
    default $latchkey_www_authenticate;
}

# WebSockets pass. Another tunnel would carry requests that nobody asks about.
map $http_upgrade $latchkey_upgrade_${name} {
    "~*^websocket$" websocket;
    default "";
}
map $latchkey_upgrade_${name} $latchkey_connection_${name} {
    websocket upgrade;
    default "";
}

server {
    listen ${String(publicPort)};
    server_name ${publicHost};
    # A header X_Key_Id would be X-Key-Id to many services.
    underscores_in_headers off;

    location / {
        auth_request /_latchkey_${name};
${authVariables(plan)}
        error_page 401 403 = @latchkey_refused_${name};
        # auth_request itself failed: nothing passes while nobody can decide.
        error_page 500 = @latchkey_unreachable_${name};

${clientLines(plan)}

${upstreamLines(plan, name)}
${tlsLines(upstream)}        proxy_pass ${upstream.scheme}://service_${name};
    }

${askText(plan, name, tokenFile)}

${refusalText(plan, name)}
}
`;
}

function variable(header: string): string {
  return `$latchkey_${header.toLowerCase().replaceAll('-', '_')}`;
}

function authVariables(plan: GatewayPlan): string {
  const told = new Set([
    ...passedHeaders(plan),
    ...clientHeaders(plan),
    ...REFUSAL_HEADERS,
    'X-Latchkey-Status',
    'X-Latchkey-Problem',
  ]);
  return lines(8, [...told], (header) => {
    return `auth_request_set ${variable(header)} $upstream_http_${header.toLowerCase().replaceAll('-', '_')};`;
  });
}

function clientLines(plan: GatewayPlan): string {
  return lines(8, clientHeaders(plan), (header) => `add_header ${header} ${variable(header)} always;`);
}

function upstreamLines(plan: GatewayPlan, name: string): string {
  const passed = passedHeaders(plan);
  const removed = REMOVED_HEADERS.filter((header) => !passed.includes(header));
  return `        proxy_http_version 1.1;
        proxy_set_header Upgrade $latchkey_upgrade_${name};
        proxy_set_header Connection $latchkey_connection_${name};
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        # What Latchkey found out, in place of what the client may have written there.
${lines(8, passed, (header) => `proxy_set_header ${header} ${variable(header)};`)}
        # The key ends here.
${lines(8, removed, (header) => `proxy_set_header ${header} "";`)}`;
}

/** Without these nginx takes any certificate and does not say which server it wants. */
function tlsLines({ scheme, host }: Address): string {
  if (scheme === 'http') return '';
  return `        proxy_ssl_server_name on;
        proxy_ssl_name ${host};
        proxy_ssl_verify on;
        proxy_ssl_verify_depth 4;
        proxy_ssl_trusted_certificate ${CA_FILE};
`;
}

function askText(plan: GatewayPlan, name: string, tokenFile: string): string {
  const { latchkey } = plan;
  const options = optionsText(plan);
  return `    location = /_latchkey_${name} {
        internal;
        proxy_pass ${latchkey.scheme}://latchkey_${name}/forward-auth/nginx;
${tlsLines(latchkey)}        proxy_http_version 1.1;
        proxy_method GET;
        proxy_pass_request_body off;
        # Only what a decision needs: cookies and other long headers stay here.
        proxy_pass_request_headers off;
        proxy_set_header Connection "";
        proxy_set_header Content-Length "";
        proxy_set_header Host ${hostAndPort(latchkey)};
        include ${tokenFile};
${options === null ? '' : `        proxy_set_header X-Latchkey-Options "${options}";\n`}        proxy_set_header X-Original-Method $request_method;
        proxy_set_header X-Original-URI $request_uri;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header Authorization $http_authorization;
        proxy_set_header X-API-Key $http_x_api_key;
        proxy_set_header X-API-Secret $http_x_api_secret;
        proxy_set_header Origin $http_origin;
        proxy_set_header Referer $http_referer;
        proxy_set_header User-Agent $http_user_agent;
        proxy_set_header Signature-Input $http_signature_input;
        proxy_set_header Signature $http_signature;
        proxy_set_header Content-Digest $http_content_digest;
        proxy_set_header traceparent $http_traceparent;
        proxy_set_header X-App-Name $http_x_app_name;
        proxy_buffer_size 16k;
        proxy_buffers 4 16k;
        proxy_connect_timeout 1s;
        proxy_send_timeout 2s;
        proxy_read_timeout 2s;
    }`;
}

function refusalText(plan: GatewayPlan, name: string): string {
  const headers = [
    ...REFUSAL_HEADERS.filter((header) => header !== 'WWW-Authenticate'),
    ...clientHeaders(plan),
  ];
  return `    location @latchkey_refused_${name} {
        default_type application/problem+json;
        add_header WWW-Authenticate $latchkey_challenge_${name} always;
${lines(8, headers, (header) => `add_header ${header} ${variable(header)} always;`)}
${lines(8, TRANSLATED_STATUSES.map(String), (status) => {
  return `if ($latchkey_x_latchkey_status = ${status}) { return ${status} $latchkey_x_latchkey_problem; }`;
})}
        return 403 $latchkey_x_latchkey_problem;
    }

    location @latchkey_unreachable_${name} {
        default_type application/problem+json;
        add_header Retry-After 1 always;
        add_header Cache-Control no-store always;
        return 503 '${UNREACHABLE_PROBLEM}';
    }`;
}

function lines(indent: number, items: readonly string[], line: (item: string) => string): string {
  return items.map((item) => ' '.repeat(indent) + line(item)).join('\n');
}
