// Package latchkey verifies API keys for net/http services. Go 1.19 or newer, standard library only.
//
//	client := latchkey.New(latchkey.Options{URL: "http://127.0.0.1:7420", Token: os.Getenv("LATCHKEY_SERVICE_TOKEN")})
//	defer client.Close()
//	http.ListenAndServe(":8080", client.Middleware(latchkey.Demand{}, handler))
//
// Every decision is asked anew; nothing is cached.
package latchkey

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say where Latchkey is and what happens when it is not.
type Options struct {
	// URL of the service listener, such as http://127.0.0.1:7420, and the service token, lks_…
	URL, Token string
	// Timeout of a verification; half a second when it is zero.
	Timeout time.Duration
	// AllowUnavailable lets requests pass while Latchkey is away, if they carry anything that looks like a credential.
	// Without it they get 503.
	AllowUnavailable bool
	// FlushEvery is how long reports wait at most; a second when it is zero.
	FlushEvery time.Duration
	// OnError hears why Latchkey could not be asked. It gets no key and no token. May be nil.
	OnError func(error)
}

// RateLimit is how one limit stands. Times in ms.
type RateLimit struct {
	Name      string  `json:"name"`
	Limit     int64   `json:"limit"`
	Remaining int64   `json:"remaining"`
	ResetMs   float64 `json:"resetMs"`
	WindowMs  float64 `json:"windowMs"`
}

// Key is the caller's key. ExpiresAt in ms UTC; nil for one without end.
type Key struct {
	KeyID       string         `json:"keyId"`
	Name        string         `json:"name"`
	Environment string         `json:"environment"`
	Scopes      []string       `json:"scopes"`
	ExpiresAt   *int64         `json:"expiresAt"`
	Meta        map[string]any `json:"meta"`
	ExternalID  *string        `json:"externalId"`
}

// Party is the application of a key, or its partner.
type Party struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
	Tier string `json:"tier"`
}

// Decision is the answer of POST /v1/verify.
type Decision struct {
	Valid        bool        `json:"valid"`
	Code         string      `json:"code"`
	Status       int         `json:"status"`
	RequestID    string      `json:"requestId"`
	Key          *Key        `json:"key"`
	Application  Party       `json:"application"`
	Partner      Party       `json:"partner"`
	RateLimit    *RateLimit  `json:"rateLimit"`
	RateLimits   []RateLimit `json:"rateLimits"`
	Quota        *quota      `json:"quota"`
	Rotation     *rotation   `json:"rotation"`
	Message      string      `json:"message"`
	Missing      []string    `json:"missing"`
	RetryAfterMs *float64    `json:"retryAfterMs"`
	Contact      *string     `json:"contact"`
	Help         *string     `json:"help"`
}

type quota struct {
	Limit     int64  `json:"limit"`
	Remaining int64  `json:"remaining"`
	Period    string `json:"period"`
	ResetsAt  int64  `json:"resetsAt"`
}

type rotation struct {
	RotatedAt    int64 `json:"rotatedAt"`
	SecretEndsAt int64 `json:"secretEndsAt"`
}

// Question is what is asked: Key, or KeyID and Secret, and what the caller wants to do.
type Question struct {
	Key       string   `json:"key,omitempty"`
	KeyID     string   `json:"keyId,omitempty"`
	Secret    string   `json:"secret,omitempty"`
	Method    string   `json:"method,omitempty"`
	Path      string   `json:"path,omitempty"`
	Scopes    []string `json:"scopes,omitempty"`
	ClientIP  string   `json:"clientIp,omitempty"`
	Origin    string   `json:"origin,omitempty"`
	UserAgent string   `json:"userAgent,omitempty"`
	// Signature of a signed request, whose path is Path; nil of one that is not signed.
	Signature *Signature `json:"signature,omitempty"`
	Cost      *int       `json:"cost,omitempty"`
	// RequestID makes a repeat within five minutes spend once; Verify sets a new one when it is empty.
	RequestID string `json:"requestId,omitempty"`
}

// ErrUnavailable is no word about the key: Latchkey could not decide.
var ErrUnavailable = errors.New("latchkey is not available")

// ErrTooManyFailures is Latchkey refusing to judge another key from this caller.
var ErrTooManyFailures = errors.New("too many verifications of this caller failed")

// errRefused is Latchkey refusing this service: a wrong token, say. No policy lets requests pass then.
var errRefused = errors.New("latchkey does not take this request")

// Client of one Latchkey for one service; safe for use by several goroutines.
type Client struct {
	options Options
	http    *http.Client
	reports chan report
	stopped chan struct{}
	stop    sync.Once
	done    sync.WaitGroup
	dropped atomic.Int64
}

type report struct {
	RequestID      string  `json:"requestId"`
	ResponseStatus int     `json:"responseStatus"`
	DurationMs     float64 `json:"durationMs"`
}

const (
	queueMax      = 10_000
	batchMax      = 1_000
	answerMax     = 1 << 20
	reportTimeout = 5 * time.Second
	retryAfter    = 250 * time.Millisecond
)

// New makes a client and starts the goroutine that sends its reports.
func New(options Options) *Client {
	if options.Timeout == 0 {
		options.Timeout = 500 * time.Millisecond
	}
	if options.FlushEvery == 0 {
		options.FlushEvery = time.Second
	}
	options.URL = strings.TrimRight(options.URL, "/")
	client := &Client{
		options: options,
		http: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 4 * time.Second},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		reports: make(chan report, queueMax),
		stopped: make(chan struct{}),
	}
	client.done.Add(1)
	go client.sendReports()
	return client
}

// Verify asks whether a request may pass. The error is ErrUnavailable,
// ErrTooManyFailures, or says that Latchkey refuses this service.
func (client *Client) Verify(ctx context.Context, question Question) (*Decision, error) {
	ctx, cancel := context.WithTimeout(ctx, client.options.Timeout)
	defer cancel()
	if question.RequestID == "" {
		question.RequestID = newRequestID()
	}
	decision := new(Decision)
	status, err := client.post(ctx, "/v1/verify", question, decision)
	switch {
	case err != nil:
		client.tell(fmt.Errorf("latchkey cannot be reached: %w", err))
		return nil, ErrUnavailable
	case status == http.StatusOK && isDecision(decision):
		return decision, nil
	case status == http.StatusTooManyRequests:
		client.tell(ErrTooManyFailures)
		return nil, ErrTooManyFailures
	case status >= 500:
		client.tell(fmt.Errorf("latchkey answered %d", status))
		return nil, ErrUnavailable
	default:
		client.tell(fmt.Errorf("latchkey answered %d: %w", status, errRefused))
		return nil, errRefused
	}
}

// newRequestID sorts by time, like those that Latchkey makes. The transport may send a question again on a new
// connection: with the same id it spends once.
func newRequestID() string {
	chance := make([]byte, 8)
	if _, err := rand.Read(chance); err != nil {
		return ""
	}
	return fmt.Sprintf("req_%012x%x", time.Now().UnixMilli(), chance)
}

// Dropped counts reports that were not sent: too many waited, or Latchkey could not be reached twice.
func (client *Client) Dropped() int64 { return client.dropped.Load() }

// Close sends the reports that wait.
func (client *Client) Close() {
	client.stop.Do(func() { close(client.stopped) })
	client.done.Wait()
}

// Something else on Latchkey's port must never let a request pass.
func isDecision(decision *Decision) bool {
	if decision.RequestID == "" || decision.Status == 0 {
		return false
	}
	return !decision.Valid || (decision.Code == "VALID" && decision.Key != nil)
}

func (client *Client) report(requestID string, status int, took time.Duration) {
	select {
	case client.reports <- report{requestID, status, float64(took.Microseconds()) / 1000}:
	default:
		client.dropped.Add(1)
	}
}

func (client *Client) sendReports() {
	defer client.done.Done()
	ticker := time.NewTicker(client.options.FlushEvery)
	defer ticker.Stop()
	for isOpen := true; isOpen; {
		select {
		case <-ticker.C:
		case <-client.stopped:
			isOpen = false
		}
		for entries := client.waiting(); len(entries) > 0; entries = client.waiting() {
			if !client.sent(entries) {
				time.Sleep(retryAfter)
				if !client.sent(entries) {
					client.dropped.Add(int64(len(entries)))
				}
			}
		}
	}
}

func (client *Client) waiting() []report {
	var entries []report
	for len(entries) < batchMax {
		select {
		case entry := <-client.reports:
			entries = append(entries, entry)
		default:
			return entries
		}
	}
	return entries
}

func (client *Client) sent(entries []report) bool {
	ctx, cancel := context.WithTimeout(context.Background(), reportTimeout)
	defer cancel()
	body := struct {
		Entries []report `json:"entries"`
	}{entries}
	status, err := client.post(ctx, "/v1/log", body, new(json.RawMessage))
	return err == nil && status < 500 && status != http.StatusTooManyRequests
}

func (client *Client) post(ctx context.Context, path string, body, answer any) (int, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, client.options.URL+path, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+client.options.Token)
	response, err := client.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	told, err := io.ReadAll(io.LimitReader(response.Body, answerMax))
	if err != nil {
		return 0, err
	}
	if response.StatusCode < 300 {
		err = json.Unmarshal(told, answer)
	}
	return response.StatusCode, err
}

func (client *Client) tell(err error) {
	if client.options.OnError != nil {
		client.options.OnError(err)
	}
}
