import {
  ASKED_HEADERS,
  clientHeaders,
  passedHeaders,
  REFUSAL_HEADERS,
  REMOVED_HEADERS,
} from './gateway-headers.ts';
import { hostAndPort, optionsText } from './gateway-plan.ts';
import type { GatewayPlan } from './gateway-plan.ts';
import { UNREACHABLE_PROBLEM } from './gateway-texts.ts';
import { luaSet, luaText } from './lua-text.ts';

/** The script that asks from inside HAProxy. Its action is called latchkey_<slug>. */
export function haproxyLua(plan: GatewayPlan, tokenFile: string): string {
  const { latchkey, slug } = plan;
  return `-- Latchkey decides about every request before HAProxy sends it on. Whatever goes wrong here, the request does not pass.
local ACTION = ${luaText(`latchkey_${slug.replaceAll('-', '_')}`)}
local TOKEN_FILE = ${luaText(tokenFile)}
local URL = ${luaText(`${latchkey.url}/forward-auth/haproxy`)}
local HOST = ${luaText(hostAndPort(latchkey))}
local OPTIONS = ${luaText(optionsText(plan) ?? '')}
-- HAProxy asks up to four times before it gives up.
local TIMEOUT_MS = 500
local PASSED = ${luaSet(passedHeaders(plan))}
local CLIENT = ${luaSet(clientHeaders(plan))}
local REFUSAL = ${luaSet([...REFUSAL_HEADERS, ...clientHeaders(plan), 'Content-Type'])}
local REMOVED = ${luaSet(REMOVED_HEADERS)}
local UNREACHABLE = ${luaText(UNREACHABLE_PROBLEM)}
local ASKED = { ${ASKED_HEADERS.map((name) => luaText(name.toLowerCase())).join(', ')} }

${SCRIPT}`;
}

/** What does not depend on where things are. */
const SCRIPT = `-- Read while HAProxy starts and may still read the file.
local file = assert(io.open(TOKEN_FILE, "r"))
local TOKEN = assert(file:read("l"))
file:close()

local function refuse(txn, status, headers, body)
    local reply = txn:reply({ status = status })
    for name, value in pairs(headers) do reply:add_header(name, value) end
    reply:set_body(body)
    txn:done(reply)
end

local function unreachable(txn)
    refuse(txn, 503, { ["content-type"] = "application/problem+json", ["retry-after"] = "1", ["cache-control"] = "no-store" },
        UNREACHABLE)
end

-- Every header of the client that the question needs, also one that came twice: that is refused there.
local function question(txn)
    local headers = {
        host = { HOST },
        ["x-latchkey-service"] = { TOKEN },
        ["x-original-method"] = { txn.sf:method() },
        ["x-original-uri"] = { txn.sf:pathq() },
    }
    if OPTIONS ~= "" then headers["x-latchkey-options"] = { OPTIONS } end
    local given = txn.http:req_get_headers()
    for _, name in ipairs(ASKED) do
        if given[name] ~= nil then
            local values = {}
            for index = 0, #given[name] do values[index + 1] = given[name][index] end
            headers[name] = values
        end
    end
    local way = {}
    for index = 0, #(given["x-forwarded-for"] or {}) do
        if given["x-forwarded-for"] ~= nil then way[#way + 1] = given["x-forwarded-for"][index] end
    end
    way[#way + 1] = txn.sf:src()
    headers["x-forwarded-for"] = { table.concat(way, ", ") }
    return headers
end

core.register_action(ACTION, { "http-req" }, function(txn)
    local asked, answer = pcall(function()
        return core.httpclient():get({ url = URL, headers = question(txn), timeout = TIMEOUT_MS })
    end)
    if not asked or answer == nil or answer.status == nil or answer.status == 0 then return unreachable(txn) end
    local told = answer.headers or {}
    if answer.status ~= 200 then
        -- When nobody answers in time HAProxy makes up a 504 of its own.
        if answer.status < 400 or told["x-request-id"] == nil then return unreachable(txn) end
        local headers = {}
        for name in pairs(REFUSAL) do
            if told[name] ~= nil then headers[name] = told[name][0] end
        end
        return refuse(txn, answer.status, headers, answer.body or "")
    end
    -- Forged headers and the key go; an underscore is a hyphen to many services.
    for name in pairs(txn.http:req_get_headers()) do
        if REMOVED[(name:lower():gsub("_", "-"))] then txn.http:req_del_header(name) end
    end
    for name in pairs(PASSED) do
        if told[name] ~= nil then txn.http:req_set_header(name, told[name][0]) end
    end
    for name in pairs(CLIENT) do
        if told[name] ~= nil then txn:set_var("txn.latchkey_" .. name:gsub("-", "_"), told[name][0]) end
    end
end)
`;
