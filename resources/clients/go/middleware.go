package latchkey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Demand is what a handler needs beside the endpoint rules of the key's scopes.
type Demand struct {
	// Scopes are names, all of them.
	Scopes []string
	// Cost of a request; one when it is nil.
	Cost *int
}

type callerKey struct{}

// Caller is the decision about this request; nil when Latchkey was away and the policy lets requests pass.
func Caller(request *http.Request) *Decision {
	decision, _ := request.Context().Value(callerKey{}).(*Decision)
	return decision
}

const realm = `Bearer realm="api"`

// Middleware lets next see only requests that may pass. The client address is that of the connection: behind a proxy, put a
// handler before this one that sets RemoteAddr from a trusted header.
func (client *Client) Middleware(demand Demand, next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		started := time.Now()
		credential, fault := readCredential(request)
		if credential == nil {
			refuseUnasked(writer, fault)
			return
		}
		decision, err := client.Verify(request.Context(), questionOf(*credential, request, demand))
		if errors.Is(err, ErrUnavailable) && client.options.AllowUnavailable {
			next.ServeHTTP(writer, request)
			return
		}
		if errors.Is(err, ErrTooManyFailures) {
			writer.Header().Set("Retry-After", "10")
			refuse(writer, problem{Code: "TOO_MANY_FAILURES", Status: 429, Detail: "Try again later."})
			return
		}
		if err != nil {
			writer.Header().Set("Retry-After", "1")
			refuse(writer, problem{Code: "VERIFY_UNAVAILABLE", Status: 503, Detail: "Try again later."})
			return
		}
		if !decision.Valid {
			refuseDecided(writer, decision)
			client.report(decision.RequestID, decision.Status, time.Since(started))
			return
		}
		passHeaders(writer.Header(), decision, started)
		told := &statusWriter{ResponseWriter: writer, status: http.StatusOK}
		// Runs also when the handler panics, which net/http turns into a broken connection.
		defer func() { client.report(decision.RequestID, told.status, time.Since(started)) }()
		next.ServeHTTP(told, request.WithContext(context.WithValue(request.Context(), callerKey{}, decision)))
	})
}

// statusWriter remembers the status; Unwrap keeps http.ResponseController working.
type statusWriter struct {
	http.ResponseWriter
	status int
	isSent bool
}

func (writer *statusWriter) WriteHeader(status int) {
	if !writer.isSent {
		writer.status, writer.isSent = status, status >= 200
	}
	writer.ResponseWriter.WriteHeader(status)
}

func (writer *statusWriter) Write(data []byte) (int, error) {
	writer.isSent = true
	return writer.ResponseWriter.Write(data)
}

func (writer *statusWriter) Flush() {
	if flusher, ok := writer.ResponseWriter.(http.Flusher); ok {
		writer.isSent = true
		flusher.Flush()
	}
}

func (writer *statusWriter) Unwrap() http.ResponseWriter { return writer.ResponseWriter }

func questionOf(question Question, request *http.Request, demand Demand) Question {
	question.Method = request.Method
	question.Path = request.URL.EscapedPath()
	question.Scopes, question.Cost = demand.Scopes, demand.Cost
	question.Origin = originOf(request)
	question.Signature = signatureOf(request)
	question.UserAgent = request.UserAgent()
	if len(question.UserAgent) > 512 {
		question.UserAgent = question.UserAgent[:512]
	}
	if host, _, err := net.SplitHostPort(request.RemoteAddr); err == nil {
		question.ClientIP = host
	}
	return question
}

// page is http or https without a user name: what browsers send.
var page = regexp.MustCompile(`(?i)^(https?://[^/?#@\\\s]+)(?:[/?#]|$)`)

// originOf is what the request names as its origin, else the origin of the page it comes from: browsers send no Origin with a
// GET of their own site. Only the origin is told on, not the page.
func originOf(request *http.Request) string {
	if _, isNamed := request.Header["Origin"]; isNamed {
		return one(request, "Origin")
	}
	if found := page.FindStringSubmatch(request.Referer()); found != nil {
		return found[1]
	}
	return ""
}

type problem struct {
	Type         string   `json:"type"`
	Title        string   `json:"title"`
	Status       int      `json:"status"`
	Detail       string   `json:"detail"`
	Code         string   `json:"code"`
	RequestID    string   `json:"requestId,omitempty"`
	Missing      []string `json:"missing,omitempty"`
	RetryAfterMs *float64 `json:"retryAfterMs,omitempty"`
	Contact      *string  `json:"contact,omitempty"`
	Help         *string  `json:"help,omitempty"`
}

func refuseUnasked(writer http.ResponseWriter, fault string) {
	if fault == "" {
		writer.Header().Set("WWW-Authenticate", realm)
		detail := "Send an API key as Authorization: Bearer or as X-API-Key."
		refuse(writer, problem{Code: "MISSING_KEY", Status: 401, Detail: detail})
		return
	}
	writer.Header().Set("WWW-Authenticate", realm+`, error="invalid_request"`)
	refuse(writer, problem{Code: "MALFORMED", Status: 401, Detail: fault})
}

// The refusal as the caller may read it: malformed and unknown keys look alike, and nothing of our own rules is told.
func refuseDecided(writer http.ResponseWriter, decision *Decision) {
	told := problem{
		Code: decision.Code, Status: decision.Status, Detail: decision.Message, RequestID: decision.RequestID,
		Missing: decision.Missing, RetryAfterMs: decision.RetryAfterMs, Contact: decision.Contact, Help: decision.Help,
	}
	if told.Code == "MALFORMED" || told.Code == "NOT_FOUND" {
		told.Code, told.Detail = "NOT_FOUND", "This API key is not known here."
	}
	if told.RetryAfterMs != nil {
		writer.Header().Set("Retry-After", strconv.Itoa(int(math.Max(1, math.Ceil(*told.RetryAfterMs/1000)))))
	}
	if told.Help != nil {
		writer.Header().Set("Link", helpLink(*told.Help))
	}
	if told.Status == http.StatusUnauthorized {
		writer.Header().Set("WWW-Authenticate", realm+`, error="invalid_token"`)
	} else if told.Code == "INSUFFICIENT_SCOPE" {
		writer.Header().Set("WWW-Authenticate", realm+`, error="insufficient_scope"`)
	}
	refuse(writer, told)
}

// helpLink is the way to help for programs that read no body (RFC 8288). What an admin typed may hold letters that no header carries.
func helpLink(help string) string {
	var address strings.Builder
	for _, one := range []byte(help) {
		if one <= ' ' || one >= 0x7f || one == '<' || one == '>' || one == '"' {
			fmt.Fprintf(&address, "%%%02X", one)
		} else {
			address.WriteByte(one)
		}
	}
	return "<" + address.String() + `>; rel="help"`
}

func refuse(writer http.ResponseWriter, told problem) {
	told.Type = "urn:latchkey:problem:" + told.Code
	switch told.Status {
	case 401:
		told.Title = "The API key is missing or not good"
	case 403:
		told.Title = "The API key may not do this"
	case 429:
		told.Title = "Too many requests"
	default:
		told.Title = "API keys cannot be verified right now"
	}
	writer.Header().Set("Content-Type", "application/problem+json")
	writer.Header().Set("Cache-Control", "no-store")
	writer.WriteHeader(told.Status)
	// A caller that went away has nobody to tell.
	_ = json.NewEncoder(writer).Encode(told)
}
