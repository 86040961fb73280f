package latchkey

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// passHeaders tells the caller what is left of the limits, when the key ends, and that and when the old secret of a rotation ends.
func passHeaders(header http.Header, decision *Decision, now time.Time) {
	header.Set("X-Request-Id", decision.RequestID)
	limits := decision.RateLimits
	if len(limits) == 0 && decision.RateLimit != nil {
		single := *decision.RateLimit
		single.Name = "default"
		limits = []RateLimit{single}
	}
	if decision.Quota != nil {
		limits = append(limits, quotaLimit(*decision.Quota, now))
	}
	var policies, states []string
	for _, limit := range limits {
		window := ""
		if limit.WindowMs > 0 {
			window = fmt.Sprintf(";w=%d", seconds(limit.WindowMs))
		}
		policies = append(policies, fmt.Sprintf("%q;q=%d%s", limit.Name, limit.Limit, window))
		states = append(states, fmt.Sprintf("%q;r=%d;t=%d", limit.Name, limit.Remaining, seconds(limit.ResetMs)))
	}
	if len(limits) > 0 {
		header.Set("RateLimit-Policy", strings.Join(policies, ", "))
		header.Set("RateLimit", strings.Join(states, ", "))
	}
	if decision.Key.ExpiresAt != nil {
		header.Set("X-Key-Expires-At", time.UnixMilli(*decision.Key.ExpiresAt).UTC().Format(time.RFC3339))
	}
	if decision.Rotation != nil {
		header.Set("Deprecation", fmt.Sprintf("@%d", decision.Rotation.RotatedAt/1000))
		header.Set("Sunset", time.UnixMilli(decision.Rotation.SecretEndsAt).UTC().Format(http.TimeFormat))
	}
}

// A month has no fixed length: its window is zero.
func quotaLimit(quota quota, now time.Time) RateLimit {
	limit := RateLimit{Name: "quota", Limit: quota.Limit, Remaining: quota.Remaining}
	limit.ResetMs = math.Max(0, float64(quota.ResetsAt-now.UnixMilli()))
	if quota.Period == "day" {
		limit.WindowMs = 86_400_000
	}
	return limit
}

func seconds(ms float64) int64 { return int64(math.Ceil(ms / 1000)) }
