import {
  ASKED_HEADERS,
  clientHeaders,
  passedHeaders,
  REFUSAL_HEADERS,
  REMOVED_HEADERS,
} from './gateway-headers.ts';
import { hostAndPort, optionsText } from './gateway-plan.ts';
import type { GatewayPlan } from './gateway-plan.ts';
import { HOP_PROBLEM, UNREACHABLE_PROBLEM } from './gateway-texts.ts';
import { luaSet, luaText } from './lua-text.ts';

/** The access checker for mod_lua; talks HTTP/1.1 over LuaSocket and keeps one connection a thread. */
export function apacheLua(plan: GatewayPlan, tokenFile: string): string {
  const { latchkey } = plan;
  return `-- Latchkey decides about every request before httpd sends it on. Whatever goes wrong here, the request does not pass.
local socket = require "socket"
local TOKEN_FILE = ${luaText(tokenFile)}
local HOST, PORT = ${luaText(latchkey.host.replaceAll(/[[\]]/g, ''))}, ${String(latchkey.port)}
local AUTHORITY = ${luaText(hostAndPort(latchkey))}
local OPTIONS = ${luaText(optionsText(plan) ?? '')}
local TIMEOUT_SECONDS = 2
local PASSED = ${luaSet(passedHeaders(plan))}
local CLIENT = ${luaSet(clientHeaders(plan))}
local REFUSAL = ${luaSet([...REFUSAL_HEADERS, ...clientHeaders(plan)])}
local REMOVED = ${luaSet(REMOVED_HEADERS)}
local UNREACHABLE = ${luaText(UNREACHABLE_PROBLEM)}
local HOP = ${luaText(HOP_PROBLEM)}
local ASKED = ${luaSet(ASKED_HEADERS)}

${SCRIPT}`;
}

/** What does not depend on where things are. */
const SCRIPT = `local file = assert(io.open(TOKEN_FILE, "r"))
local TOKEN = assert(file:read("l"))
file:close()

local connection = nil

-- One line, whatever a client sent: nothing of it can become a header of the question.
local function clean(value)
    return (tostring(value):gsub("[%c]", " "))
end

local function question(r)
    local lines = {
        "GET /forward-auth/generic HTTP/1.1",
        "Host: " .. AUTHORITY,
        "X-Latchkey-Service: " .. TOKEN,
        "X-Forwarded-Method: " .. clean(r.method),
        "X-Forwarded-Uri: " .. clean(r.unparsed_uri),
    }
    if OPTIONS ~= "" then lines[#lines + 1] = "X-Latchkey-Options: " .. OPTIONS end
    local way = r.headers_in["X-Forwarded-For"]
    lines[#lines + 1] = "X-Forwarded-For: " .. (way and clean(way) .. ", " or "") .. r.useragent_ip
    for name, value in pairs(r:headers_in_table()) do
        if ASKED[name:lower()] then lines[#lines + 1] = name .. ": " .. clean(value) end
    end
    return table.concat(lines, "\\r\\n") .. "\\r\\n\\r\\n"
end

local function receive(peer)
    local first = assert(peer:receive("*l"))
    local status = assert(tonumber(first:match("^HTTP/1%.1 (%d%d%d)")))
    local headers = {}
    while true do
        local line = assert(peer:receive("*l"))
        if line == "" then break end
        local name, value = line:match("^([^:]+):%s*(.-)%s*$")
        headers[assert(name):lower()] = value
    end
    local length = assert(tonumber(headers["content-length"]))
    local body = length > 0 and assert(peer:receive(length)) or ""
    if (headers["connection"] or ""):lower() == "close" then peer:close() else connection = peer end
    return { status = status, headers = headers, body = body }
end

local function connect()
    local address = assert(socket.dns.getaddrinfo(HOST))[1]
    local peer = assert(address.family == "inet6" and socket.tcp6() or socket.tcp4())
    peer:settimeout(TIMEOUT_SECONDS)
    assert(peer:connect(address.addr, PORT))
    peer:setoption("tcp-nodelay", true)
    return peer
end

local function try(peer, text)
    return pcall(function()
        assert(peer:send(text))
        return receive(peer)
    end)
end

-- A kept connection may have been closed meanwhile: then once more over a new one. The server never saw that question.
local function ask(text)
    local kept = connection
    connection = nil
    if kept ~= nil then
        kept:settimeout(0)
        local _, state = kept:receive(0)
        local _, late = kept:receive(1)
        kept:settimeout(TIMEOUT_SECONDS)
        if late == "timeout" and state ~= "closed" then
            local answered, answer = try(kept, text)
            if answered then return answer end
        end
        kept:close()
    end
    local answered, answer = try(connect(), text)
    return answered and answer or error(answer)
end

local function refuse(r, status, headers, body)
    for name, value in pairs(headers) do r.err_headers_out[name] = value end
    r.subprocess_env["LATCHKEY_REFUSED"] = "1"
    r:custom_response(status, body)
    return status
end

function check(r)
    -- A client that names headers of the gateway in Connection would have them taken off again.
    local hop = (r.headers_in["Connection"] or ""):lower()
    if hop:find("x-", 1, true) or hop:find("authorization", 1, true) then
        return refuse(r, 400, {}, HOP)
    end
    local asked, answer = pcall(function() return ask(question(r)) end)
    if not asked then
        r:err("Latchkey cannot be asked: " .. tostring(answer))
        return refuse(r, 503, { ["Retry-After"] = "1", ["Cache-Control"] = "no-store" },
            UNREACHABLE)
    end
    local told = answer.headers
    if answer.status ~= 200 then
        local headers = {}
        for name in pairs(REFUSAL) do headers[name] = told[name] end
        return refuse(r, answer.status < 400 and 503 or answer.status, headers, answer.body)
    end
    -- Forged headers and the key go; an underscore is a hyphen to many services.
    for name in pairs(r:headers_in_table()) do
        if REMOVED[(name:lower():gsub("_", "-"))] then r.headers_in[name] = nil end
    end
    for name in pairs(PASSED) do
        if told[name] ~= nil then r.headers_in[name] = told[name] end
    end
    for name in pairs(CLIENT) do
        if told[name] ~= nil then r.err_headers_out[name] = told[name] end
    end
    return apache2.OK
end
`;
