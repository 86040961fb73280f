package latchkey

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

var keyID = regexp.MustCompile(`^[0-9A-Za-z]{12}$`)

// readCredential gives the key or pair of a request; nil and "" without any, nil and why when it cannot be read. Keys are never
// read from the URL. Two different credentials are refused: the handler could read another than was verified.
func readCredential(request *http.Request) (*Question, string) {
	second, fault := fromAPIKey(one(request, "X-Api-Key"), one(request, "X-Api-Secret"))
	if fault != "" {
		return nil, fault
	}
	authorization := one(request, "Authorization")
	if authorization == "" {
		return second, ""
	}
	first := fromAuthorization(authorization)
	if first == nil {
		return nil, "Send the key as Authorization: Bearer or as X-API-Key."
	}
	if second != nil && (first.Key != second.Key || first.KeyID != second.KeyID || first.Secret != second.Secret) {
		return nil, "Two different credentials were sent. Send one."
	}
	return first, ""
}

// one value of a header; several count as one text, which is no key.
func one(request *http.Request, name string) string {
	return strings.TrimSpace(strings.Join(request.Header.Values(name), ", "))
}

func fromAPIKey(key, secret string) (*Question, string) {
	switch {
	case secret != "" && key == "":
		return nil, "X-API-Secret goes together with X-API-Key, which holds the key id."
	case secret != "":
		return &Question{KeyID: key, Secret: secret}, ""
	case key != "":
		return &Question{Key: key}, ""
	default:
		return nil, ""
	}
}

func fromAuthorization(authorization string) *Question {
	scheme, value, _ := strings.Cut(authorization, " ")
	value = strings.TrimSpace(value)
	if strings.EqualFold(scheme, "Bearer") && value != "" {
		return &Question{Key: value}
	}
	if !strings.EqualFold(scheme, "Basic") {
		return nil
	}
	text, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	user, password, _ := strings.Cut(string(text), ":")
	if password != "" && keyID.MatchString(user) {
		return &Question{KeyID: user, Secret: password}
	}
	return &Question{Key: user}
}
