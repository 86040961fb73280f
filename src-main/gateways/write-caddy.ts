import { TOKEN_PLACEHOLDER } from '#contract/gateways.ts';
import { passedHeaders, REMOVED_HEADERS, SOMETIMES_TOLD } from './gateway-headers.ts';
import { fileOf, optionsText } from './gateway-plan.ts';
import type { GatewayPlan, WriteGateway } from './gateway-plan.ts';
import {
  COMMON_TRAPS,
  HOP_PROBLEM,
  PLAIN_HTTP_TRAP,
  tokenStep,
  UNREACHABLE_PROBLEM,
} from './gateway-texts.ts';

/** Caddy with forward_auth. The token comes from the environment of the program. */
export const writeCaddy: WriteGateway = (plan) => {
  const token = `latchkey-${plan.slug}.env`;
  const main = `latchkey-${plan.slug}.caddyfile`;
  return {
    files: [
      fileOf(plan, { name: main, text: siteText(plan), language: 'caddyfile' }),
      fileOf(plan, {
        name: token,
        text: `${tokenVariable(plan)}=${TOKEN_PLACEHOLDER}\n`,
        language: 'shell',
        holdsToken: true,
      }),
    ],
    steps: [
      tokenStep(plan, token),
      `Give Caddy that environment: \`systemctl edit caddy\`, then under [Service] \`EnvironmentFile=${plan.folder}/${token}\`.`,
      `Import the site in the Caddyfile: \`import ${plan.folder}/${main}\`.`,
      'Check and load it: `caddy validate --config /etc/caddy/Caddyfile && systemctl restart caddy`. A reload alone does not read the environment again.',
      'Run the gateway test of this service against the public address.',
    ],
    traps: [
      'Directives outside the route block run in an order of their own; keep the three parts of it together and in this order.',
      'Without the variable in its environment Caddy sends an empty token, and every request is refused with 401 and SERVICE_TOKEN_MISSING.',
      'RateLimit fields of allowed requests go to the service, not to the client: Caddy copies headers of the answer to the request only.',
      ...COMMON_TRAPS,
      PLAIN_HTTP_TRAP,
    ],
  };
};

function tokenVariable({ slug }: GatewayPlan): string {
  return `LATCHKEY_TOKEN_${slug.replaceAll('-', '_').toUpperCase()}`;
}

function siteText(plan: GatewayPlan): string {
  const { publicHost, publicPort, latchkey, upstream, slug } = plan;
  const options = optionsText(plan);
  const beforeAsking = REMOVED_HEADERS.filter((header) => !ASKED.includes(header));
  const credentials = REMOVED_HEADERS.filter((header) => ASKED.includes(header));
  const passed = passedHeaders(plan);
  const untold = passed.filter((header) => SOMETIMES_TOLD.has(header));
  const absent = (header: string): string => `@absent_${header.toLowerCase().replaceAll('-', '_')}`;
  return `# Latchkey decides about every request to ${publicHost} before it goes on to the service ${slug}.
http://${publicHost}:${String(publicPort)} {
	# A client that names headers of the gateway in Connection would have them taken off again.
	@hop header_regexp Connection (?i)(x-|authorization)
	# A tunnel that is no WebSocket would carry requests that nobody asks about.
	@tunnel {
		header Upgrade *
		not header_regexp Upgrade (?i)^websocket$
	}
	# Older versions of Caddy write the name of a header that the answer does not have.
${untold.map((header) => `\t${absent(header)} header_regexp ${header} ^\\{`).join('\n')}
	route {
		header @hop Content-Type application/problem+json
		respond @hop \`${HOP_PROBLEM}\` 400

		# 1. What a client could forge. Headers with an underscore are the same as with a hyphen to many services.
		request_header -*_*
		request_header @tunnel -Upgrade
${beforeAsking.map((header) => `\t\trequest_header -${header}`).join('\n')}

		# 2. The question.
		forward_auth ${latchkey.url} {
			# Nothing behind the question mark: the query of the client stays out of this address.
			uri /forward-auth/generic?
			header_up Host {upstream_hostport}
			header_up X-Latchkey-Service {env.${tokenVariable(plan)}}
${options === null ? '' : `\t\t\theader_up X-Latchkey-Options "${options}"\n`}			# A decision needs none of these, and all headers of a question together may have 8 KB.
			header_up -Cookie
			header_up -Accept*
			header_up -Sec-*
			header_up -If-*
			copy_headers ${passed.join(' ')}
			transport http {
				dial_timeout 1s
				response_header_timeout 2s
				# Shorter than the 5 s after which Latchkey closes an idle connection.
				keepalive 4s
			}
		}

		vars latchkey_decided yes
${untold.map((header) => `\t\trequest_header ${absent(header)} -${header}`).join('\n')}

		# 3. The key ends here.
${credentials.map((header) => `\t\trequest_header -${header}`).join('\n')}
		reverse_proxy ${upstream.url}
	}
${UNDECIDED_TEXT}
}
`;
}

const UNDECIDED_TEXT = `	handle_errors {
		# Nothing passes while nobody can decide.
		@undecided not vars latchkey_decided yes
		header @undecided Content-Type application/problem+json
		header @undecided Retry-After 1
		header @undecided Cache-Control no-store
		respond @undecided \`${UNREACHABLE_PROBLEM}\` 503
	}`;

/** Removed after the question, because they are part of it. */
const ASKED: readonly string[] = ['Authorization', 'X-API-Key', 'X-API-Secret'];
