package latchkey

import (
	"net/http"
	"regexp"
	"strings"
)

// Signature of a request (RFC 9421), and what of the request was signed beside method and path.
type Signature struct {
	// Input and Value are the fields Signature-Input and Signature.
	Input string `json:"input"`
	Value string `json:"value"`
	// Query has its question mark; empty without a query.
	Query string `json:"query"`
	// Headers are other signed fields, by lower-case name.
	Headers map[string]string `json:"headers,omitempty"`
}

// field is a component of a signature that is a field of the request.
var field = regexp.MustCompile(`"([a-z0-9-]+)"`)

// secretFields are not told on, also when they were signed.
var secretFields = map[string]bool{"authorization": true, "x-api-key": true, "x-api-secret": true, "cookie": true}

// signatureOf is the signature of a request with the fields that it names, for keys that want signed requests; nil without one.
func signatureOf(request *http.Request) *Signature {
	input, value := one(request, "Signature-Input"), one(request, "Signature")
	if input == "" || value == "" {
		return nil
	}
	told := &Signature{Input: input, Value: value, Headers: map[string]string{}}
	if request.URL.RawQuery != "" {
		told.Query = "?" + request.URL.RawQuery
	}
	for _, found := range field.FindAllStringSubmatch(input, -1) {
		name := found[1]
		switch {
		case secretFields[name]:
		case name == "host":
			// net/http takes it out of the header.
			told.Headers[name] = request.Host
		case len(request.Header.Values(name)) > 0:
			told.Headers[name] = strings.Join(request.Header.Values(name), ", ")
		}
	}
	return told
}
